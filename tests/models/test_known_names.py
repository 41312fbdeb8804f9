"""Whose names a person knows: of those who are or were in their families, and of nobody else."""

from handsel.models import Child, User
from tests.world import NOW, World


def test_who_left_and_who_is_archived_is_still_told_apart_and_other_families_are_not_known(
    world: World, django_assert_num_queries
):
    world.leave(world.bea_of_riveras)
    User.objects.filter(pk=world.bea.pk).update(name="Emma Okafor")
    Child.objects.filter(pk=world.theo.pk).update(first_name="Émma", last_name="Rivera", archived_at=NOW)
    everybody = (world.ana, world.noor_of_riveras, world.bea_of_riveras, world.emma, world.theo, world.zuri)
    everybody = [type(row).objects.get(pk=row.pk) for row in everybody]
    first_names = [row.first_name for row in everybody]
    names = User.objects.get(pk=world.ana.pk).known_names
    with django_assert_num_queries(1):
        assert [names.of(row) for row in everybody] == ["Ana", "Noor", "Emma O.", "Emma", "Émma R.", "Zuri"]
    for stranger in (world.sam, world.bea):
        strangers_names = User.objects.get(pk=stranger.pk).known_names
        assert [strangers_names.of(row) for row in everybody] == first_names


def test_a_nanny_knows_the_children_of_all_their_families(world: World):
    Child.objects.filter(pk=world.zuri.pk).update(first_name="Emma", last_name="Okafor")
    zuri = Child.objects.get(pk=world.zuri.pk)
    assert User.objects.get(pk=world.noor.pk).known_names.of(zuri) == "Emma O."
    assert User.objects.get(pk=world.ada.pk).known_names.of(zuri) == "Emma"
