"""How frameworks spell the rules: names, signatures, checks, layouts, and words for conditions."""
