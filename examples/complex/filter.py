"""
A filter, designed by its frequency response
============================================

The response of a filter is the Fourier transform of its coefficients. A low pass of 32 of them is to let low
frequencies through after 8 samples, and no others. With equal delays at all frequencies it would take 15.5, and
coefficients that are symmetrical; to ask for less is to ask for a complex response.
"""

import matplotlib.pyplot as plt
import numpy as np

import mygrad as mg
from mygrad.nnet.optimizers import Adam, Cosine

TAPS, DELAY, GRID = 32, 8.0, 512
frequency = np.fft.rfftfreq(GRID)
passed, stopped = frequency <= 0.1, frequency >= 0.16
wanted = np.where(passed, np.exp(-2j * np.pi * frequency * DELAY), 0.0)
counted = passed | stopped


def response(h):
    return np.fft.rfft(h, GRID)


def loss(h):
    """Close to the largest deviation: a mean of high order."""
    deviation = np.abs(response(h) - wanted)[counted]
    return np.mean(deviation**16) ** (1 / 16)


# %%
# To begin with, the ideal response, cut off after 32 samples.

start = np.fft.irfft(np.where(frequency <= 0.13, np.exp(-2j * np.pi * frequency * DELAY), 0.0), GRID)[:TAPS]
h = mg.tensor(start)
optimizer = Adam([h], Cosine(0.003, 1500))
for _ in range(1500):
    loss(h).backward()
    optimizer.step()


def decibels(a):
    return 20 * np.log10(np.maximum(np.abs(a), 1e-9))


for name, taps in {"cut off": start, "designed": h.data}.items():
    largest = np.max(np.abs(response(taps) - wanted)[passed]), np.max(np.abs(response(taps))[stopped])
    print(f"{name:9} deviation where it lets through: {largest[0]:.3f}; where it stops: {decibels(largest[1]):.1f} dB")

# %%
# The delay is the derivative of the phase by the frequency, which is the same transform at any frequency.


def phase(omega, h):
    return np.angle(np.sum(h * np.exp(-1j * omega * np.arange(TAPS))))


delay = [-mg.grad(phase)(2 * np.pi * f, h.data) for f in frequency[passed]]
print(f"delay where it lets through: {min(delay):.2f} to {max(delay):.2f} samples")

# %%
figure, (gain, delays) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained", num="The filter's gain and delay")
gain.plot(frequency, decibels(response(start)), color="0.7", label="cut off")
gain.plot(frequency, decibels(response(h.data)), label="designed")
gain.axvspan(0.1, 0.16, color="0.93")
gain.set(xlabel="frequency", ylabel="gain in dB", ylim=(-60, 5))
gain.legend(frameon=False)
delays.plot(frequency[passed], delay)
delays.axhline(DELAY, color="0.7", linestyle=":")
delays.set(xlabel="frequency", ylabel="delay in samples", ylim=(0, 16))
plt.show()
