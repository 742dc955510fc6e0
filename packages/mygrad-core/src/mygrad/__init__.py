__path__ = __import__("pkgutil").extend_path(__path__, __name__)
from mygrad.tensor import Tensor
from mygrad.operation_base import Operation, execute_op
from mygrad.contexts import *
from mygrad import functional
def tensor(x,dtype=None,**k): return Tensor(x,dtype=dtype,**k)
