# What follows is wrong, and both type checkers say so: a line of which they would not is an error of its own.
import mygrad as mg

x = mg.tensor([1.0, 2.0])

print(mg.nonsense)  # type: ignore[attr-defined]
print(mg.nnet.nonsense)  # type: ignore[attr-defined]
print(mg.reductions)  # type: ignore[attr-defined]

print(x.gradd)  # type: ignore[attr-defined]
x + object()  # type: ignore[operator]
mg.sum(x, axes=0)  # type: ignore[call-arg]
mg.lost_gradients("never")  # type: ignore[arg-type]


@mg.no_autodiff
def f(x: mg.Tensor, n: int) -> mg.Tensor:
    return x * n


f(x)  # type: ignore[call-arg]
f(x, n="2")  # type: ignore[arg-type]
mg.grad(f)(x, m=2)  # type: ignore[call-arg]
