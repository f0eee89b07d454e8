"""Which answers of a class are more alike than this class, at this exercise, makes likely.

`tokens` reads an answer as statements without names and layout, `fingerprints` takes samples of
them, `answers` collects those of a class, `likeness` compares each with each in one exercise,
`ranking` puts the exercises together and holds them against chance, and `page` makes the picture.
`similar` is the command.
"""
