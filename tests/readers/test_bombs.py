"""Sources made to make the reader grow, hang, fall or reach out. Each ends in a model, which is
read all the same, or in a `Problem`; the limits count steps and sizes, so none takes long."""

from __future__ import annotations

import contextlib
import tracemalloc

import pytest

import layermath as lm
from tests import grouped

MODEL = "m = Sequential([Input((8,)), Dense(3)])\n"
MEGABYTES = 200

GROWING = {
    "appends": "l = []\nfor i in range(10**9): l.append(i)",
    "appended lists": "l = []\nfor i in range(10**6): l.append([0] * 99)",
    "extend itself": "l = [1]\nfor i in range(99): l.extend(l)",
    "plus itself": "l = [1]\nfor i in range(99): l += l",
    "string sum": "s = 'a'\nfor i in range(10**6): s += s",
    "string sums kept": "s = 'a' * 99999\nl = []\nfor i in range(10**6): l.append(s + str(i))",
    "nested pairs": "x = [1]\nfor i in range(10**5): x = [x, x]\nprint(x)\ny = x == x\nz = str(x)",
    "nested tuples as keys": "x = (1,)\nfor i in range(10**4): x = (x, x)\nd = {x: 1}",
    "nested in a layer": "x = [1]\nfor i in range(999): x = [x]\nDense(3, kernel_initializer=x)",
    "nested call": "x = Input((8,))\nfor i in range(99): x = [x, x]\ny = Add()(x)",
    "nested dict": "d = {}\nfor i in range(10**5): d = {'a': d, 'b': d}\nprint(d)",
    "dict": "d = {}\nfor i in range(10**9): d[i] = i",
    "dict of lists": "d = {}\nfor i in range(10**9): d[i] = [0] * 9999",
    "set": "s = set()\nfor i in range(10**9): s.add(i)",
    "fields": "class A: pass\na = A()\nfor i in range(10**9): a.x = [a]",
    "comprehension": "x = [a for a in range(10**6) for b in range(10**6)]",
    "comprehensions": "x = [[[0 for a in range(999)] for b in range(999)] for c in range(999)]",
    "set comprehension": "x = {a * b for a in range(10**6) for b in range(10**6)}",
    "dict comprehension": "x = {a: b for a in range(10**6) for b in range(10**6)}",
    "generator": "x = sum(a for a in range(10**12))",
    "outer products": "import numpy as np\nx = np.ones((9, 9))\n"
    "for i in range(99): x = np.outer(x, x).reshape(-1)",
    "array powers": "import numpy as np\nx = np.arange(999)\nfor i in range(10**6): x = x * x + x",
    "joined arrays": "import numpy as np\nx = np.zeros(3)\n"
    "for i in range(10**6): x = np.concatenate([x, x])",
    "endless ranges": "import numpy as np\nx = np.arange(0, np.inf)\n"
    "y = np.arange(0, 10**400, 0.5)\nz = np.linspace(0, 10**400, 4)\n"
    "w = np.zeros(10**9)\nv = list(w)",
    "long range": "x = range(10**12)\ny = len(x)\nz = 5 in x\nw = sum(x)",
    "longer range": "x = range(10**30)\ny = len(x)\nw = list(x)\nv = x[::2]\nu = x[10**29]",
    "list of a range": "x = list(range(10**9))",
    "sorted": "x = sorted(range(10**9))",
    "sorted by a function": "x = sorted([0] * 99999, key=lambda a: sorted([0] * 99999))",
    "zip": "x = list(zip(*[range(10**9)] * 99))",
    "product": "from itertools import product\nx = list(product(range(999), repeat=9))",
    "reduce": "from functools import reduce\nx = reduce(lambda a, b: a + a, [[1]] * 99)",
    "map": "x = list(map(lambda a: list(range(99999)), range(99999)))",
    "percent": 'x = "%s" * 10**6\ny = ("%s" * 33333) % tuple(range(33333))',
    "percent width": 'x = "%999999999d" % 1\ny = "%*d" % (10**9, 1)\nz = "%.999999999f" % 1.0',
    "f-string width": 'x = f"{1:>{10**9}}"\ny = f"{1.5:.{10**9}f}"',
    "format width": 'x = "{:>999999999}".format(1)\ny = format(1, "999999999d")',
    "format of fields": 'x = ("{0}" * 25000).format("a" * 99999)',
    "join": "x = ('a' * 99999).join(['b'] * 99999)",
    "split": "x = [('a ' * 49999).split() for i in range(10**6)]",
    "replace": "x = ('a' * 99999).replace('a', 'b' * 99999)",
    "count": "x = [('a' * 99999).count('a') for i in range(10**6)]",
    "find": "s = 'a' * 50000\nx = [s.find('a' * 25000 + 'b') for i in range(10**6)]",
    "in": "s = 'a' * 99999\nx = ['b' in s for i in range(10**6)]",
    "in a list": "s = list(range(99999))\nx = [-1 in s for i in range(10**6)]",
    "equal strings": "x = ['a' * 99999 == 'a' * 99998 + 'b' for i in range(10**6)]",
    "slices": "s = [0] * 99999\nx = [s[::-1] for i in range(10**6)]",
    "index": "s = list(range(99999))\nx = [s.index(99998) for i in range(10**6)]",
    "insert": "l = list(range(99998))\nfor i in range(10**6): l.insert(0, l.pop())",
    "pop": "l = list(range(99998))\nfor i in range(10**6): l.pop(0)",
    "reverse": "l = list(range(99998))\nfor i in range(10**6): l.reverse()",
    "upper": "s = 'a' * 99999\nfor i in range(10**6): s = s.upper()",
    "number to text": "x = str(10**5000)\ny = str(10**1200)\nz = f'{10**1233:d}'",
    "text to number": 'x = int("9" * 5000)\ny = int("9" * 99)',
    "literal": f"x = {'9' * 4000}\ny = 0x{'f' * 9000}",
    "power": "x = 9**9**9\ny = 2**4095\nz = y**y\nw = (-y)**3\nv = 2.0**10000",
    "power of numbers kept": "x = [(2**4000) ** 1 + i for i in range(10**6)]",
    "shift": "x = 1 << 10**12\ny = 1 << -1\nz = 1 >> 10**30",
    "factorial": "f = lambda n: 1 if n < 2 else n * f(n - 1)\nx = f(10**6)",
    "multiplied": "x = 3\nfor i in range(10**6): x = x * x % (2**4000)",
    "fibonacci": "def f(n):\n  return n if n < 2 else f(n - 1) + f(n - 2)\nx = f(60)",
    "symbolic power": "x = (F + 1)**400\ny = (F + G + H)**40\nz = F**F**F\nw = x**x",
    "symbolic powers": "x = F\nfor i in range(999): x = x**2\ny = F**(10**9)\nz = 2**F",
    "symbolic sums": "x = F\nfor i in range(999): x = x * (x + G)",
    "symbolic floors": "x = F\nfor i in range(9999): x = (x + G) // 2",
    "symbolic remainders": "x = F\nfor i in range(9999): x = (x % 7) * (x % 11)",
    "symbolic fractions": "x = F\nfor i in range(9999): x = 1 / (x + G)",
    "symbolic maxima": "x = F\nfor i in range(99): x = max(x, G + i * F, 3) - 1",
    "many symbols": "x = " + " + ".join(f"A{i}" for i in range(399)) + "\ny = x * x\nz = x > 3",
    "symbolic shape": "x = Input((F, G, 3))\nfor i in range(99): x = Conv2D(3, K, S)(x)",
    "while on symbols": "while F > 3: F = F - 1",
    "while on sizes": "n = F\nwhile n > 3: n = n - 1",
    "names": "\n".join(f"x{i} = [0] * 99999" for i in range(500)),
    "exec-like": "for i in range(10**9): exec('x = 1')",
}
DEEP = {
    "combinator": "Y = lambda f: (lambda x: x(x))(lambda x: f(lambda v: x(x)(v)))\n"
    "x = Y(lambda g: lambda n: g(n))(3)",
    "combinator that ends": "Y = lambda f: (lambda x: x(x))(lambda x: f(lambda v: x(x)(v)))\n"
    "x = Y(lambda g: lambda n: 1 if n < 1 else n * g(n - 1))(5)",
    "mutual": "def f(): return g()\ndef g(): return f()\nf()",
    "call in deep expressions": f"def f(n): return {'(1 + ' * 40}f(n){')' * 40}\nf(1)",
    "call in deep statements": "def f(n):\n"
    + "".join("  " * i + "if True:\n" for i in range(1, 30))
    + "  " * 30
    + "f(" * 20
    + "n"
    + ")" * 20
    + "\nf(1)",
    "deep lambdas": "f = " + "lambda x: " * 80 + "f" + "\nx = f(1)(2)(3)",
    "comprehension calls itself": "def f(n): return [f(n) for i in range(3)]\nf(1)",
    "properties": "class A:\n  @property\n  def x(self): return self.x\nA().x",
    "called instances": "class A:\n  def __call__(self): return self()\nA()()",
    "partials": "from functools import partial\nf = print\n"
    "for i in range(9999): f = partial(f, 1)\nf()",
    "classes": "A = object\nfor i in range(9999):\n  class A(A): pass\nA.x\nA()",
    "sort keys": "def k(x): return sorted([1], key=k)\nk(1)",
    "brackets": "x = " + "[" * 150 + "]" * 150,
    "operators": "x = " + "1 + " * 900 + "1",
    "calls": "x = " + "f(" * 150 + ")" * 150,
    "elifs": "if x == 0: pass\n" + "".join(f"elif x == {i}: pass\n" for i in range(900)),
    "chained models": "x = Sequential([Input((8,)), Dense(8)])\nfor i in range(99): "
    "x = Sequential([x, Dense(8)])",
}
CYCLES = {
    "list": "a = []\na.append(a)",
    "two lists": "a = []\nb = [a]\na.append(b)\nx = a == b\ny = b in a",
    "dict": "a = {}\na['a'] = a",
    "tuple": "a = []\na.append((a, a))",
    "instance": "class A: pass\na = A()\na.a = a",
    "class": "class A: pass\nA.A = A\na = [A]\na[0].b = a",
}
USES = (
    "print(a)\ns = str(a)\nt = f'{a}'\nu = '%s' % a\nv = '{}'.format(a)\nw = repr(a)",
    "x = a == a\ny = a < a\nz = a in a\nw = sorted(a)\nv = max(a)\nu = a * 3",
    "d = {(1, tuple(a)): 1}\ne = {a}\nf = dict(a)\ng = set(a)\nh = sum(a, [])\nn = np.prod(a)",
    "x = Dense(a)(Input((8,)))",
    "x = Dense(3, name=a)(Input((8,)))",
    "x = Dense(3, kernel_initializer=a)(Input((8,)))",
    "x = Input(a)",
    "x = Dense(3, input_shape=a)",
    "x = Add()(a)",
    "x = Model(a, a)",
    "x = Sequential(a)",
)
REACHING = {
    "builtins": "x = __builtins__\ny = __builtins__['eval']\nz = __builtins__.eval('1')",
    "class": "x = ().__class__.__bases__[0].__subclasses__()\nn = len(x)",
    "format": "x = '{0.__class__}'.format(3)\ny = '{0[0]}'.format([1])\nz = '{x.y}'.format(x=1)",
    "format map": "x = '{a}'.format_map({'a': 1})\ny = str.format('{0.__class__}', 3)",
    "type": "x = type(3)\ny = type('X', (), {})\nz = type(x).mro(x)",
    "getattr": "x = getattr(layers, '__class__')\ny = getattr([], 'append')\ny(1)\n"
    "z = getattr(3, '__class__', 4)",
    "globals": "x = globals()\ny = locals()\nz = vars(layers)\nw = dir(layers)",
    "eval": "eval('1')\nexec('x = 1')\ncompile('1', '', 'eval')\nopen('/etc/passwd').read()",
    "import": "__import__('os').system('false')\nimport os\nos.system('false')",
    "function": "def f(): pass\nx = f.__globals__\ny = f.__code__\nz = f.__closure__",
    "module": "x = np.__builtins__\ny = keras.os.system('false')\nz = layers.sys.exit()",
    "instance": "class A: pass\nx = A().__class__\ny = A().__dict__\nz = A.__mro__",
    "tensor": "x = Input((8,))\ny = x.node.layer\nz = x.shape.__class__",
    "layer": "x = Dense(3)\ny = x.layer\nz = x.__dict__\nx.nodes = []\nx.layer = 3\nx.line = 'a'",
    "model": "x = Sequential([Input((8,)), Dense(3)])\ny = x.graph\nx.broken = 3\nx.layers = []",
    "symbol": "x = F.free_symbols\ny = F.func\nz = F.subs(F, 3)\nw = F.__class__",
    "attribute of a class": "class A:\n  def __getattr__(self, n): return A()\nx = A().b.c.d",
    "deleted": "del layers\ndel m\ndel x.y\ndel x[0]",
    "generators": "def f():\n  yield 1\n  yield from f()\nx = list(f())\ny = next(f())",
    "async": "async def f():\n  await g()\n  async for x in y: pass\n  async with z: pass\nf()",
    "match": "match x:\n  case [1, *rest] if rest: y = 1\n  case {'a': b}: y = 2\n  case _: y = 3",
    "decorators": "@f\n@g(1)\ndef h(): return 3\nx = h()\n@h\nclass A: pass\na = A()",
    "stars": "f = lambda *a, **k: f(*a, *a, **k)\nx = f(*range(9), **{'a': 1})\n*a, = range(10**9)",
    "walrus": "x = [y := [y, y] for i in range(9)] if (n := 10) > 3 else n",
    "try": "try:\n  1 / 0\nexcept* ValueError: pass\nfinally: x = 1",
    "type statement": "x: int = 3\ny: 'undefined'\nassert False, x\nraise ValueError",
    "names of Python": "len = 3\nx = len([])\nprint = range\nlist = dict\ny = list(a=1)",
    "sort by mixed keys": "x = sorted([3, 'a', None, [1]], key=lambda a: a)\ny = max([3, 'a'])",
    "not a number": "n = float('nan')\nx = int(n)\ny = round(n)\nz = [0] * n\nw = range(n)",
    "infinite": "n = 1e400\nx = int(n)\ny = n - n\nz = n // 1\nw = divmod(n, n)",
    "odd arguments": "x = len()\ny = range(1, 2, 0)\nz = int('a')\nw = max()\nv = [].pop()\n"
    "u = zip(1)\nt = dict(1)\ns = sorted(1)\nr = 'a'.join(1)\n"
    "q = round(1.5, 'a')\np = min([], key=3)",
    "odd operators": "x = 3\nx @= 4\ny = x @ x\nclass A([], 3): pass\nz = A()",
    "odd keys": "d = {Dense: 1, m: 2, F: 3, 1.5: 4, None: 5, (F, 1): 6, x: 7, print: 8}\n"
    "y = d[Dense], d[m], d[F], d[x], d[[]]\nd[{}] = 1\nd.update([(1, 2), 3])\nd.pop([])",
    "odd slices": "l = [1, 2, 3]\nx = l[::0]\ny = l[10**30:]\nz = l['a':F]\n"
    "l[::2] = [1]\nl[F] = 1\n"
    "del l[:]\nw = 'abc'[10**30]",
}


def read(source: str) -> None:
    """Read to the end, or to a refusal. A budget that is too large shows as a test that hangs."""
    with contextlib.suppress(lm.LayermathError):
        lm.loads(source)


@pytest.mark.parametrize("source", [*GROWING.values(), *DEEP.values()], ids=[*GROWING, *DEEP])
@pytest.mark.parametrize("model", ["before", "after", "inside"])
def test_nothing_grows_or_falls(source: str, model: str) -> None:
    if model == "inside":
        source = "def build():\n" + "".join(f"  {line}\n" for line in source.splitlines())
        read(f"{source}  return x\nm = build()\n{MODEL}")
        return
    read(MODEL + source if model == "before" else f"{source}\n{MODEL}")


@pytest.mark.parametrize(
    "name", ["appended lists", "string sums kept", "dict of lists", "comprehensions", "names"]
)
def test_memory_is_bounded(name: str) -> None:
    tracemalloc.start()
    try:
        with contextlib.suppress(lm.LayermathError):
            lm.loads(GROWING[name] + "\n" + MODEL)
        assert tracemalloc.get_traced_memory()[1] < MEGABYTES * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("cycle", CYCLES.values(), ids=CYCLES)
def test_what_contains_itself(cycle: str) -> None:
    grouped.each([f"{cycle}\n{use}\n{MODEL}" for use in USES], read)


@pytest.mark.parametrize("source", REACHING.values(), ids=REACHING)
def test_nothing_is_reached_or_run(source: str) -> None:
    network = lm.loads(f"{source}\n{MODEL}")
    assert [call.layer for call in network.calls][-1].startswith("dense")


@pytest.mark.parametrize(
    "expression",
    [
        "().__class__.__bases__",
        "layers.__class__.__init__.__globals__",
        "'{0.__class__}'.format(3)",
        "type(3).__mro__",
        "getattr(3, '__class__')",
        "getattr([], '__len__')",
        "F.free_symbols",
        "Dense(3).layer",
        "Input((8,)).node",
        "(lambda: 0).__code__",
        "range(3).start",
        "'a'.encode()",
    ],
)
def test_no_attribute_of_a_python_object_has_a_value(expression: str) -> None:
    source = f"units = 5\nif {expression} is not None:\n  units = 7\n"
    with pytest.raises(lm.LayermathError):
        lm.loads(f"x = {expression}\nSequential([Input((8,)), x])")
    network = lm.loads(source + "m = Sequential([Input((8,)), Dense(3)])")
    assert network.name == "sequential"
