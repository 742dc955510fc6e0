"""Count the lines of code in folders: no blank lines, no comments, no docstrings.

python scripts/code_lines.py packages/mygrad-core/src [FOLDER ...]
"""

import ast
import io
import sys
import tokenize
from pathlib import Path

SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_lines(source):
    """The numbers of the lines on which there is code."""
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in SILENT:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, WITH_DOCSTRING) and ast.get_docstring(node, clean=False) is not None:
            lines.difference_update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


def main():
    for folder in sys.argv[1:]:
        sources = [path.read_text() for path in sorted(Path(folder).rglob("*.py"))]
        code = sum(len(code_lines(source)) for source in sources)
        print(f"{folder}: {code} lines of code, {sum(s.count(chr(10)) for s in sources)} in all, {len(sources)} files")


if __name__ == "__main__":
    main()
