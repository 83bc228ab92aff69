"""The generated parts of docs/methods, one module a part; `tools/method_page.py` puts them in."""
