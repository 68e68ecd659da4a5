"""What the tree announces. Sent inside the transaction, so a receiver that fails undoes the act."""

from django.dispatch import Signal

organization_created = Signal()  # organization, by
organization_dissolved = Signal()  # organization, by
organization_restored = Signal()  # organization, by
organization_moved = Signal()  # organization, old_parent, new_parent, change, by
organizations_merged = Signal()  # source, target, by: the receiver takes the source's members to the target
term_began = Signal()  # term, by: it took the place of another as the current one
term_renewed = Signal()  # renewal, term, elected: list of {"member", "name", "duty", "votes"}, by
organization_upgraded = Signal()  # organization, assignment: {member id: new branch}, by
development_rights_changed = Signal()  # organizations, by: who may approve may be another committee now
