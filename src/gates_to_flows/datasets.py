"""Small real data sets that need no download."""

from sklearn.datasets import load_digits


def digits():
    """The 1797 handwritten digits that come with scikit-learn, 8 × 8 pixels each.

    Returns: images (1797, 64), brightness from 0 to 1, row by row from the upper left; labels (1797,), integers 0 to 9.
    They are the test part of E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, 1998, doi:10.24432/C50P49. Taught in notebook 8.
    """
    images, labels = load_digits(return_X_y=True)
    return images / 16, labels
