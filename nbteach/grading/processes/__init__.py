"""Run a submission: the student's process and the examiner's, and all that keeps them apart.

`worker_pool` hands submissions out, `supervisor` runs one; its two processes are forks of a
`zygote` and talk through `channel`, `codec` and `rpc`.
"""
