"""Git hooks: content of a release reaches no ref of a public repository before its slot.

`pubguard hooks write git DIR` gives three short scripts that call ``python -m pubguard_hooks.git``.
"""
