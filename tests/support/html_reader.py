"""What a person would read on an HTML page, which must be well formed."""

from html.parser import HTMLParser

__all__ = ["Reader"]


class Reader(HTMLParser):
    """Collects the text of a page and of its marks, and how its elements are nested."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.marks: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words += data.split()
        if "mark" in self.open:
            self.marks.append(data)
