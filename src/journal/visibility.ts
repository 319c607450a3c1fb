/** Whose actions somebody may read about. */
import type {Principal} from '#model/access.ts'
import type {JournalSubject} from '#model/audit-event.ts'
import type {EntryRight, AuditScope} from '#store/repositories/audit.ts'

/** What happens to servers and their torrents; the rest is about people. */
const aboutServers: readonly JournalSubject[] = ['torrent', 'server']

/**
 * Administrators: everything. Others: what they did themselves, and what anybody did on servers that are theirs to
 * manage. A key for some servers reads of those alone, also what its own user did.
 */
export function entriesSeenBy({access, userId}: Principal): AuditScope {
  if (access.permits('admin')) return 'all'
  const managed = access.servers.filter((id) => access.may('manage', id))
  const own: EntryRight[] =
    userId === null ? [] : [{userId, ...(!access.everywhere && {serverIds: access.servers})}]
  return [...own, ...(managed.length > 0 ? [{serverIds: managed, subjects: aboutServers}] : [])]
}

/** What happens to torrents, servers, Arrs, and files that belong to nobody. */
const happening: readonly JournalSubject[] = [...aboutServers, 'arr', 'process', 'path']

/**
 * What happened, for whoever may see where it happened: all of it on the servers he sees, and what he did himself. Who
 * may administer everything sees all but what is about people: for that there is the audit.
 */
export function happeningsSeenBy({access, userId}: Principal): AuditScope {
  if (access.permits('admin') && access.everywhere) return [{subjects: happening}]
  const own: EntryRight[] =
    userId === null
      ? []
      : [{userId, subjects: happening, ...(!access.everywhere && {serverIds: access.servers})}]
  return [...own, {serverIds: access.servers, subjects: aboutServers}]
}

/** Both: what happened where he sees it, and what is his to read of who changed what. */
export function activitySeenBy(who: Principal): AuditScope {
  const [changed, happened] = [entriesSeenBy(who), happeningsSeenBy(who)]
  return changed === 'all' || happened === 'all' ? 'all' : [...changed, ...happened]
}

/** Where somebody was when he did it is his and the administrators' business. */
export function maySeeAddress({access, userId}: Principal, doer: string | null): boolean {
  return access.permits('admin') || (userId !== null && userId === doer)
}
