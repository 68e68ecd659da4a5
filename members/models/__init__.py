from members.models.members import Member
from members.models.posts import Post
from members.models.standings import Standing

__all__ = ["Member", "Post", "Standing"]
