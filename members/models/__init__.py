from members.models.members import Member
from members.models.posts import Post

__all__ = ["Member", "Post"]
