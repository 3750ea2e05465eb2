"""Names of the classes of published data sets, in the order of their labels."""

from __future__ import annotations

import string

DIGITS = tuple(string.digits)

FASHION = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
"""From the README of zalandoresearch/fashion-mnist."""

KUZUSHIJI = ("お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo")
"""The modern hiragana that each class stands for, from kmnist_classmap.csv of rois-codh/kmnist."""

LETTERS = tuple(
    upper + lower for upper, lower in zip(string.ascii_uppercase, string.ascii_lowercase, strict=True)
)
"""Capital and small letters are one class in this part of EMNIST (emnist-letters-mapping.txt)."""

CIFAR_10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
"""From batches.meta.txt in the archive."""

CIFAR_100 = tuple(
    name.replace("_", " ")
    for name in """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle
    bowl boy bridge bus butterfly camel can castle caterpillar cattle
    chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur
    dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard
    lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain
    mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree
    plain plate poppy porcupine possum rabbit raccoon ray road rocket
    rose sea seal shark shrew skunk skyscraper snail snake spider
    squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
    train trout tulip turtle wardrobe whale willow_tree wolf woman worm
    """.split()
)
"""From fine_label_names.txt in the archive."""
