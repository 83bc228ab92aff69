"""The mixed model in the slow, obvious way: one dense matrix a subject, no sufficient statistics."""

from __future__ import annotations

import numpy as np

from equipoise.stats.mmrm.structure import Structure


def rows_of(response, design):
    """Observed visits, design and response of each subject that has any."""
    for y, x in zip(response, design, strict=True):
        seen = np.flatnonzero(~np.isnan(y))
        if len(seen):
            yield seen, x[seen], y[seen]


def criterion(response, design, sigma, *, restricted):
    """Minus twice the (restricted) log likelihood, straight from its definition."""
    p = design.shape[-1]
    information, score, total, count = np.zeros((p, p)), np.zeros(p), 0.0, 0
    for seen, x, y in rows_of(response, design):
        v = sigma[np.ix_(seen, seen)]
        information += x.T @ np.linalg.solve(v, x)
        score += x.T @ np.linalg.solve(v, y)
        total += np.log(np.linalg.det(v))
        count += len(y)
    beta = np.linalg.solve(information, score)
    for seen, x, y in rows_of(response, design):
        r = y - x @ beta
        total += r @ np.linalg.solve(sigma[np.ix_(seen, seen)], r)
    if restricted:
        total += np.log(np.linalg.det(information))
        count -= p
    return total + count * np.log(2 * np.pi)


def unscaled(response, design, sigma):
    """(X' V^-1 X)^-1."""
    return np.linalg.inv(
        sum(
            x.T @ np.linalg.solve(sigma[np.ix_(seen, seen)], x)
            for seen, x, _ in rows_of(response, design)
        )
    )


def by_difference(function, point, step=1e-4):
    """First derivatives of an array-valued function, by four-point central differences."""
    slopes = []
    for k in range(len(point)):
        at = np.zeros(len(point))
        at[k] = step
        near = function(point + at) - function(point - at)
        far = function(point + 2 * at) - function(point - 2 * at)
        slopes.append((8 * near - far) / (12 * step))
    return np.array(slopes)


def kenward_roger(response, design, form: Structure, parameter, parameter_vcov, *, linear):
    """Adjusted covariance from P, Q and R as the paper writes them, V differentiated by steps."""

    def value(theta):
        return form.expand(theta).value

    def slope(theta):
        return by_difference(value, theta)

    sigma, first = value(parameter), slope(parameter)
    second = by_difference(slope, parameter, step=1e-3)
    k, p = len(parameter), design.shape[-1]
    big_p, big_q, big_r = np.zeros((k, p, p)), np.zeros((k, k, p, p)), np.zeros((k, k, p, p))
    for seen, x, _ in rows_of(response, design):
        at = np.ix_(seen, seen)
        w = np.linalg.inv(sigma[at])
        for i in range(k):
            vi = first[i][at]
            big_p[i] -= x.T @ w @ vi @ w @ x
            for j in range(k):
                big_q[i, j] += x.T @ w @ vi @ w @ first[j][at] @ w @ x
                big_r[i, j] += x.T @ w @ second[i, j][at] @ w @ x
    phi = unscaled(response, design, sigma)
    middle = np.zeros((p, p))
    for i in range(k):
        for j in range(k):
            bent = 0 if linear else big_r[i, j] / 4
            middle += parameter_vcov[i, j] * (big_q[i, j] - big_p[i] @ phi @ big_p[j] - bent)
    return phi + 2 * phi @ middle @ phi


def sandwich(response, design, sigma, power):
    """Covariance of the coefficients and, by contrast, its degrees of freedom: G in full."""
    phi = unscaled(response, design, sigma)
    blocks = list(rows_of(response, design))
    beta = phi @ sum(x.T @ np.linalg.solve(sigma[np.ix_(seen, seen)], y) for seen, x, y in blocks)
    white, adjusted, meat = [], [], np.zeros_like(phi)
    for seen, x, y in blocks:
        values, vectors = np.linalg.eigh(sigma[np.ix_(seen, seen)])
        root = vectors @ np.diag(values**-0.5) @ vectors.T  # not the Cholesky root of the kernel
        z = root @ x
        left, turn = np.linalg.eigh(np.eye(len(y)) - z @ phi @ z.T)
        a = turn @ np.diag(left**power) @ turn.T
        score = z.T @ a @ root @ (y - x @ beta)
        meat += np.outer(score, score)
        white.append(z)
        adjusted.append(a)

    def df(contrast):
        g = [a @ z @ phi @ contrast for a, z in zip(adjusted, white, strict=True)]
        s = len(g)
        big = np.zeros((s, s))
        for i in range(s):
            for j in range(s):
                residual = (i == j) * np.eye(len(g[i]), len(g[j])) - white[i] @ phi @ white[j].T
                big[i, j] = g[i] @ residual @ g[j]
        return np.trace(big) ** 2 / np.sum(big * big.T)

    return phi @ meat @ phi, df
