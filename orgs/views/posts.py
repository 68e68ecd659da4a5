"""班子成员信息. Source: screens.md 2.3."""

from django.core.exceptions import PermissionDenied
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import DetailView

from accounts.powers import Power
from members.models import Post
from members.picking import electable
from members.services import posts as services
from orgs.forms.terms import PostCorrectionForm, PostForm, ReleaseForm
from orgs.models import Organization, Term
from orgs.views.detail import Section
from orgs.views.words import say, warn_of_seniority
from partyplatform.ui.picking import Finds
from partyplatform.ui.views import NOT_MANAGED, FormPage, Scoped


class PostList(Section, Scoped, DetailView):
    model = Organization
    needs = Power.VIEW_ORGS
    edits = Power.EDIT_POSTS
    tab = "orgs:posts"
    template_name = "orgs/posts.html"

    def get_object(self, queryset=None):
        return self.organization

    def get_context_data(self, **kwargs):
        posts = Post.objects.of(self.organization).select_related("member", "term")
        return super().get_context_data(
            terms=_by_term(posts.order_by("-term__number", "ended_on", "position", "duty")),
            current_term=Term.objects.of(self.organization).current().first(),
            **kwargs,
        )


class PostPage(Section, FormPage):
    """A form about a post. 书记 and 副书记 administer by duty: this grants and takes away. Source: security.md 24."""

    needs = edits = Power.EDIT_POSTS
    proof = True
    tab = "orgs:posts"

    @cached_property
    def post_row(self):
        rows = Post.objects.visible_to(self.request.role).select_related("member", "term")
        return get_object_or_404(rows, pk=self.kwargs["post"], term__organization=self.organization)

    def get_form_kwargs(self):
        if not self.is_managed:
            raise PermissionDenied(NOT_MANAGED)
        return super().get_form_kwargs()

    def location(self, result):
        return reverse("orgs:posts", args=[self.organization.pk])


class Appoint(Finds, PostPage):
    form_class = PostForm
    template_name = "orgs/post_form.html"

    @cached_property
    def term(self):
        rows = Term.objects.visible_to(self.request.role)
        return get_object_or_404(rows, organization=self.organization, is_current=True)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "pool": electable(self.organization)}

    def act(self, form):
        return services.appoint(self.term, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        say(self.request, f"已登记{result.member.name}任{result.duty_label}")
        warn_of_seniority(self.request, result)
        return super().location(result)

    def get_context_data(self, **kwargs):
        return super().get_context_data(term=self.term, **kwargs)


class Correct(PostPage):
    """更正: what was recorded wrongly of a post."""

    form_class = PostCorrectionForm
    template_name = "orgs/post_form.html"

    def get_initial(self):
        return model_to_dict(self.post_row, PostCorrectionForm.base_fields) | {"version": self.post_row.version}

    def act(self, form):
        return services.correct(self.post_row, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        say(self.request, f"已更正{result.member.name}的任职信息")
        warn_of_seniority(self.request, result)
        return super().location(result)

    def get_context_data(self, **kwargs):
        return super().get_context_data(post=self.post_row, term=self.post_row.term, **kwargs)


class Release(PostPage):
    form_class = ReleaseForm
    template_name = "orgs/post_release.html"

    def get_initial(self):
        return {"on": timezone.localdate(), "version": self.post_row.version}

    def act(self, form):
        return services.release(self.post_row, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        say(self.request, f"已登记{result.member.name}不再担任{result.duty_label}")
        return super().location(result)

    def get_context_data(self, **kwargs):
        return super().get_context_data(post=self.post_row, **kwargs)


def _by_term(posts):
    found = {}
    for post in posts:
        found.setdefault(post.term, []).append(post)
    return list(found.items())
