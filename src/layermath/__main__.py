"""``python -m layermath``"""

from __future__ import annotations

from layermath.cli import main

if __name__ == "__main__":
    main()
