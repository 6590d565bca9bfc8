"""Sphinx configuration: /usr/bin/python3 -m sphinx -W -b html docs build/docs"""

project = "Caravel"
copyright = "the Caravel contributors, Apache-2.0"
extensions = ["myst_parser", "sphinx.ext.mathjax"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
master_doc = "index"
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"description": "In-silico laboratory for cancer nanomedicine", "page_width": "1100px"}
html_sidebars = {"**": ["about.html", "navigation.html", "searchbox.html"]}
# Pages load nothing from the network except the formula renderer.
html_show_sourcelink = False
