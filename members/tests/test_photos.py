"""The photograph of a member. Source: screens.md 2.5; security.md 47, 51, 52."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.models import MemberPhoto
from members.services import photos
from members.tests.factories import MemberFactory
from partyplatform.audit.models import Record
from partyplatform.uploads.tests.pictures import png

pytestmark = pytest.mark.django_db
DAMAGED = "图片已损坏，无法识别尺寸。请重新扫描或导出后再上传。"
ORIENTATION, MAKER = 0x0112, 0x010F


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def branch(client, college):
    """The administrator of 教工支部."""
    return act_as(client, RoleGrantFactory(organization=college.staff, kind=RoleKind.BRANCH))


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="李思远", complete=True)


def picture(kind="JPEG", size=(1200, 900), name="IMG_2041.jpg"):
    """A photograph held sideways, with what a camera notes."""
    notes = Image.Exif()
    notes[ORIENTATION], notes[MAKER] = 6, "示例相机"
    file = BytesIO()
    Image.new("RGB", size, "firebrick").save(file, kind, exif=notes)
    return SimpleUploadedFile(name, file.getvalue())


def test_a_photograph_is_made_small_upright_and_anonymous(branch, member):
    answer = branch.post(reverse("members:set_photo", args=[member.pk]), {"file": picture()}, follow=True)
    [photo] = MemberPhoto.objects.all()
    address = reverse("members:photo", args=[photo.uid])
    assert f'src="{address}" alt="李思远的照片">' in answer.content.decode()
    got = branch.get(address)
    with Image.open(BytesIO(got.content)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (480, 640), {})
    assert (got["Content-Type"], got["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert photo.original_name == "照片.jpg"


def test_a_png_is_a_photograph_too_and_transparent_becomes_white(member, by):
    file = BytesIO()
    Image.new("RGBA", (30, 40), (0, 0, 0, 0)).save(file, "PNG")
    photo = photos.set_photo(member, upload=SimpleUploadedFile("照片.png", file.getvalue()), by=by)
    with Image.open(BytesIO(photo.content())) as shown:
        assert (shown.format, shown.size, shown.getpixel((5, 5))) == ("JPEG", (30, 40), (255, 255, 255))


def test_another_one_takes_its_place_and_none_is_destroyed(branch, member, by):
    """Source: security.md 45."""
    first, second = (photos.set_photo(member, upload=picture(), by=by) for _ in range(2))
    assert branch.get(reverse("members:photo", args=[first.uid])).status_code == 404
    assert photos.photo_of(member) == second
    branch.post(reverse("members:remove_photo", args=[member.pk]))
    photos.remove_photo(member, by=by)
    assert (photos.photo_of(member), MemberPhoto._base_manager.count()) == (None, 2)
    told = [r.action for r in Record.objects.filter(action__endswith="_photo").order_by("seq")]
    assert told == ["members.set_photo", "members.set_photo", "members.remove_photo"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    (
        ("照片.pdf", b"%PDF-1.4\n%%EOF\n", "只能上传 jpg、png 文件"),
        ("照片.png", png(9000, 9000), "图片为 9000×9000 像素，超过 4000 万像素。请降低分辨率后再上传。"),
        ("照片.png", png(3000, 3000), DAMAGED),
        ("照片.jpg", picture().read()[:2000], DAMAGED),
    ),
)
def test_a_bomb_or_a_broken_picture_is_refused_with_a_sentence(branch, member, name, content, reason):
    answer = branch.post(reverse("members:set_photo", args=[member.pk]), {"file": SimpleUploadedFile(name, content)})
    assert (answer.status_code, answer.context["form"].errors["file"]) == (422, [reason])
    assert not MemberPhoto.objects.exists()


def test_the_other_branch_sees_no_face(client, college, member, by):
    photo = photos.set_photo(member, upload=picture(), by=by)
    stranger = act_as(client, RoleGrantFactory(organization=college.students, kind=RoleKind.BRANCH))
    assert stranger.get(reverse("members:photo", args=[photo.uid])).status_code == 404
    assert stranger.post(reverse("members:remove_photo", args=[member.pk])).status_code == 404
    assert stranger.post(reverse("members:set_photo", args=[member.pk]), {"file": picture()}).status_code == 404
