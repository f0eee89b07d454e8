"""Playgrounds in the hands of a student: drag, click, keys, themes, a reopened notebook."""

import io
import json

import lab
import numpy as np
import pytest
from PIL import Image

DESCENT = "from nblib import playground\nplayground.descent()"

CUT_OFF = """root => [...root.querySelectorAll('*')].filter(part => part.offsetParent
    && part.getBoundingClientRect().right > root.getBoundingClientRect().right)
    .map(part => part.outerHTML)"""


class Hand:
    """What a student sees of a playground, and does with it."""

    def __init__(self, notebook, cell=0):
        self.page = notebook.page
        self.root = notebook.output(cell).locator(".nblib-playground")
        self.says = self.root.locator(".nblib-says")
        self.score = self.root.locator(".nblib-score")
        self.canvases = self.root.locator("figure > canvas")
        self.until_it_says("✗")

    def until_it_says(self, words):
        self.says.filter(has_text=words).wait_for()

    def until_settled(self, words):
        self.score.filter(has_text=words).wait_for()

    def type(self, label, number):
        box = self.root.get_by_label(f"{label}, as a number")
        box.fill(str(number))
        box.press("Enter")

    def pixels(self, index=0):
        return np.asarray(Image.open(io.BytesIO(self.canvases.nth(index).screenshot())))

    def until_drawn(self, condition, index=0):
        """Wait until a picture is as it should be."""
        for _ in range(20 * lab.PATIENCE):
            if condition(self.pixels(index)):
                return
            self.page.wait_for_timeout(50)
        pytest.fail("the picture stays as it was")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_student_reaches_the_goal(open_notebook, theme):
    notebook = open_notebook([DESCENT], theme=theme)
    notebook.run_all()
    hand = Hand(notebook)
    before = hand.pixels(0), hand.pixels(1)
    assert hand.score.inner_text() == "○ not yet reached · 0 tries"
    hand.canvases.first.evaluate("canvas => canvas.mark = 'the same'")

    hand.root.get_by_label("optimizer").select_option("momentum")
    hand.until_settled("1 try")
    hand.type("learning rate η", 0.033)
    hand.type("momentum β", "0,67")
    hand.until_it_says("✓ Below 0.001 at step")
    hand.until_settled("✓ reached on try 2")
    hand.root.get_by_role("status").filter(has_text="reached on try 2").wait_for(state="attached")
    notebook.screenshot(f"playground-descent-{theme}", hand.root)

    for index in (0, 1):
        assert (hand.pixels(index) != before[index]).any()
    assert hand.canvases.first.evaluate("canvas => canvas.mark") == "the same"
    is_dark = hand.pixels(1)[2, 70, :3].mean() < 100  # the ground beside a curve
    assert is_dark == (theme == "dark")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_student_finds_the_gain_of_relu(open_notebook, theme):
    notebook = open_notebook(["from nblib import playground\nplayground.depth()"], theme=theme)
    notebook.run_all()
    hand = Hand(notebook)
    assert hand.canvases.count() == 3
    hand.type("initial gain", 1.41)
    hand.until_it_says("gain 1.41, 30 layers. ✓")
    hand.until_settled("✓ reached on try 1")
    notebook.screenshot(f"playground-depth-{theme}", hand.root)
    hand.root.get_by_role("button", name="Start again").click()
    hand.until_it_says("gain 1, 30 layers. ✗")
    hand.root.get_by_label("initial gain", exact=True).focus()
    for _ in range(41):  # on a busy machine a pause between two keys counts as a try
        hand.page.keyboard.press("ArrowRight")
    hand.until_it_says("gain 1.41, 30 layers. ✓")


def test_a_student_widens_the_receptive_field(open_notebook):
    notebook = open_notebook(["from nblib import playground\nplayground.field()"])
    notebook.run_all()
    hand = Hand(notebook)
    before = hand.pixels()
    hand.type("layers", 8)
    hand.until_it_says("✗ It sees 17 × 17. 4,168 parameters")
    hand.type("layers", 4)
    hand.type("dilation grows ×", 2)
    hand.until_it_says("✓ It sees 31 × 31. 1,832 parameters")
    hand.until_settled("✓ reached on try")
    assert (hand.pixels() != before).any()
    for theme in ("dark", "light"):
        notebook.use_theme(theme)
        notebook.screenshot(f"playground-field-{theme}", hand.root)


def test_a_student_places_trials_by_click_and_keys(open_notebook):
    notebook = open_notebook(["from nblib import playground\nplayground.fog()"])
    notebook.run_all()
    hand = Hand(notebook)
    train = hand.root.get_by_role("button", name="Train with these")
    before = hand.pixels()
    train.focus()
    hand.page.keyboard.press("Enter")
    hand.until_it_says("Trial 1 of 12 has 53.7%")
    hand.until_drawn(lambda pixels: (pixels != before).any())
    canvas = hand.canvases.first
    across, down = canvas.evaluate("c => [c.clientWidth - 68, c.clientHeight - 48]")
    # Learning rate 0.0211 of 0.0003 to 0.3, and 1 − 0.508 of 1 down to 0.01, on logarithmic axes.
    canvas.click(position={"x": 56 + 0.6157 * across, "y": 8 + 0.154 * down})
    hand.until_it_says("Next: learning rate 0.0211, momentum 0.508")
    train.click()
    hand.until_it_says("✓ Trial 2 of 12 has 83.2%")
    hand.until_settled("✓ reached on try 1")
    for key in ("Shift+ArrowLeft", "Shift+ArrowDown"):
        canvas.press(key)
    for trial in range(3, 13):
        train.click()
        hand.until_it_says(f"Trial {trial} of 12")
    hand.until_it_says("The fog has gone")
    for theme in ("dark", "light"):
        notebook.use_theme(theme)
        notebook.screenshot(f"playground-fog-{theme}", hand.root)
    hand.root.get_by_role("button", name="Start again").click()
    hand.until_it_says("No trial yet")


def test_a_student_names_a_fault_on_the_ward(open_notebook):
    notebook = open_notebook(["from nblib import playground\nplayground.ward()"])
    notebook.run_all()
    hand = Hand(notebook)
    assert hand.canvases.count() == 4
    before = hand.pixels(1)
    canvas = hand.canvases.first
    across, down = canvas.evaluate("c => [c.clientWidth - 68, c.clientHeight - 48]")
    canvas.click(position={"x": 56 + 6 / 7.5 * across, "y": 8 + 3.4 / 6.2 * down})
    hand.until_it_says("Patient 5, gradients: not yet made. 0 of 12 checks")
    hand.root.get_by_role("button", name="Make this check").click()
    hand.until_it_says("‖Δw‖/‖w‖: first 0, last")
    hand.until_it_says("1 of 12 checks")
    hand.root.get_by_label("patient 5 has").select_option("body frozen")
    hand.until_it_says("1 of 6 faults named")
    hand.until_drawn(lambda pixels: (pixels != before).any(), index=1)
    for theme in ("dark", "light"):
        notebook.use_theme(theme)
        notebook.screenshot(f"playground-ward-{theme}", hand.root)


def test_a_student_moves_the_cue(open_notebook):
    notebook = open_notebook(["from nblib import playground\nplayground.maps()"])
    notebook.run_all()
    hand = Hand(notebook)
    assert hand.canvases.count() == 4
    hand.root.get_by_label("method").select_option("occlusion")
    hand.until_it_says("a 3 with no cue; occlusion")
    before = hand.pixels(1)
    canvas = hand.canvases.first
    across, down = canvas.evaluate("c => [c.clientWidth - 68, c.clientHeight - 48]")
    canvas.press("Shift+ArrowUp")
    hand.until_it_says("a 3 with a cue at row")
    canvas.click(position={"x": 56 + 0.5 / 8 * across, "y": 8 + 3.5 / 8 * down})
    hand.until_it_says("a 3 with a cue at row 4, column 1")
    hand.until_drawn(lambda pixels: (pixels != before).any(), index=1)
    for theme in ("dark", "light"):
        notebook.use_theme(theme)
        notebook.screenshot(f"playground-maps-{theme}", hand.root)


def test_a_student_watches_a_mistake_of_ones_own_and_on_a_phone_nothing_is_cut_off(open_notebook):
    own = (
        "import torch\n"
        "from nblib import playground\n"
        "def momentum_step(params, grads, state, lr, beta):\n"
        "    old = state.get('velocity', [torch.zeros_like(p) for p in params])\n"
        "    velocity = [beta * v + (1 - beta) * g for v, g in zip(old, grads)]\n"
        "    return [p - lr * v for p, v in zip(params, velocity)], {'velocity': velocity}\n"
        "playground.descent(step=momentum_step)"
    )
    unwritten = (
        "def step(*args, **kwargs):\n    raise NotImplementedError\nplayground.descent(step=step)"
    )
    notebook = open_notebook([own, unwritten])
    notebook.run_all()
    hand = Hand(notebook)
    hand.until_it_says("✗ Your path leaves that of momentum at step 1.")
    hand.type("momentum β", 0)
    hand.until_it_says("✓ Your path is that of momentum, step by step.")
    assert "not yet reached" in hand.score.inner_text()
    Hand(notebook, 1).until_it_says("✗ Solve the exercise first")
    for width in (640, 390):  # a page of 1280 pixels at 200 %, and a phone
        hand.page.set_viewport_size({"width": width, "height": 900})
        hand.root.scroll_into_view_if_needed()
        assert hand.root.evaluate(CUT_OFF) == []
        notebook.screenshot(f"playground-own-{width}", hand.root)


def test_the_start_follows_click_drag_and_arrow_keys(open_notebook):
    notebook = open_notebook([DESCENT])
    notebook.run_all()
    hand = Hand(notebook)
    canvas = hand.canvases.first
    before = hand.pixels()
    canvas.click(position={"x": 300, "y": 60})
    hand.until_it_says("From another start")
    clicked = hand.pixels()
    assert (clicked != before).any()
    for key in ("Shift+ArrowDown", "b"):  # in a notebook: select another cell, add one
        canvas.press(key)
    hand.until_drawn(lambda pixels: (pixels != clicked).any())
    assert notebook.count() == 1
    hand.root.get_by_label("surface").select_option("bowl")
    hand.until_it_says("Gradient descent on the bowl")
    assert "another start" not in hand.says.inner_text()


def test_dragging_never_floods_python_and_ends_at_the_last_value(open_notebook):
    slow = (
        "import time\n"
        "from nblib.playground import *\n"
        "drawn = []\n"
        "def draw(a):\n"
        "    drawn.append(a)\n"
        "    time.sleep(0.1)\n"
        "    return Scene([Panel('A', Axis('x', 0, 1), Axis('y', 0, 9), [Line([0, 1], [0, a])])],\n"
        "                 f'✗ {a}')\n"
        "show('Slow', draw, [Slider('a', 0, 100, 0, step=1)])"
    )
    notebook = open_notebook([slow, "print(len(drawn), drawn[-1])"])
    notebook.run_cell(0)
    hand = Hand(notebook)
    hand.root.get_by_label("a", exact=True).evaluate(
        "async slider => { for (let i = 1; i <= 100; i++) { slider.value = i;"
        " slider.dispatchEvent(new Event('input', {bubbles: true}));"
        " await new Promise(done => setTimeout(done, 10)); } }"
    )
    hand.until_it_says("✗ 100")
    hand.page.wait_for_timeout(800)  # the try is counted, and drawn no second time
    notebook.run_cell(1)
    num_drawn, last = notebook.output(1).inner_text().split()
    assert 3 <= int(num_drawn) <= 30
    assert last == "100"


def test_a_failure_is_shown_and_the_next_move_goes_on(open_notebook):
    faulty = (
        "from nblib.playground import *\n"
        "def draw(a):\n"
        "    panel = Panel('A', Axis('x', 0, 1), Axis('y', 0, 9), [Line([0, 1], [0, 1 / a])])\n"
        "    return Scene([panel], f'✗ {a}')\n"
        "show('Faulty', draw, [Slider('a', 0, 2, 1, step=1)])"
    )
    notebook = open_notebook([faulty])
    notebook.run_cell(0)
    hand = Hand(notebook)
    hand.type("a", 0)
    hand.until_it_says("✗ ZeroDivisionError: division by zero")
    hand.type("a", 2)
    hand.until_it_says("✗ 2")


def test_a_change_of_theme_is_followed_at_once(open_notebook):
    notebook = open_notebook([DESCENT])
    notebook.run_all()
    hand = Hand(notebook)
    notebook.use_theme("light")
    hand.until_drawn(lambda pixels: pixels.mean() > 80, index=1)
    notebook.use_theme("dark")
    hand.until_drawn(lambda pixels: pixels.mean() < 80, index=1)


def test_a_reloaded_page_shows_where_the_controls_stood(open_notebook):
    notebook = open_notebook([DESCENT])
    notebook.run_all()
    hand = Hand(notebook)
    hand.type("learning rate η", 0.01)
    hand.until_it_says("learning rate 0.01.")
    notebook.reload()
    hand = Hand(notebook)
    hand.until_it_says("learning rate 0.01.")
    assert hand.root.get_by_label("learning rate η, as a number").input_value() == "0.01"
    hand.type("learning rate η", 0.002)
    hand.until_it_says("learning rate 0.002.")


def test_a_notebook_reopened_without_its_kernel_shows_the_picture(open_notebook):
    notebook = open_notebook([DESCENT])
    notebook.run_all()
    Hand(notebook)
    picture = notebook.output(0).locator("img")
    assert not picture.is_visible()  # under the widget it would say everything twice
    notebook.save()
    outputs = json.loads(notebook.file.read_text())["cells"][0]["outputs"]
    assert "image/png" in outputs[-2]["data"]  # the last is its caption
    reopened = open_notebook(notebook.file, name="reopened.ipynb")
    picture = reopened.output(0).locator("img")
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") > 500
    reopened.page.wait_for_timeout(5000)  # JupyterLab looks for the model for 2 seconds
    assert "Error displaying widget" not in reopened.output(0).inner_text()
    assert "bring the loss on the ravine" in reopened.output(0).inner_text()
    reopened.screenshot("playground-reopened")
