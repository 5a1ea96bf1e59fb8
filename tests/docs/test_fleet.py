"""Each recipe of the page of many images and many machines is run by the test it names, and what it says is there."""

import re
from pathlib import Path

import pytest

from cgrdoctor.cli.fleet_manifest import ENGINES
from docs import fleet_page
from docs.fleet_page import RECIPES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_a_recipe_is_run_by_the_test_that_it_names(recipe):
    text = (ROOT / recipe.tests).read_text(encoding="utf-8")
    name = next(name for name, value in vars(fleet_page).items() if value is recipe)

    assert re.search(rf"^from docs\.fleet_page import .*\b{name}\b", text, re.MULTILINE)
    assert len(re.findall(rf"\b{name}\b", text)) > 1, "it is imported and not used"


def test_every_engine_has_a_recipe():
    assert {recipe.manifest[0] for recipe in RECIPES if recipe.manifest} == set(ENGINES)
