import {useInfiniteQuery, useQuery} from '@tanstack/react-query'
import {useMemo, useState} from 'react'
import {newestQuery, olderQuery, type ActivityWish, type Story} from '../../api/activity.ts'
import {useShown} from '../../api/unread.ts'
import type {Reading} from '../../ui/Awaited.tsx'

interface Page {
  readonly stories: readonly Story[]
  readonly next_before: string | null
}

interface Stories {
  /** `null` = not read yet. */
  readonly stories: readonly Story[] | null
  /** So many are there that are not shown yet. */
  readonly fresh: number
  readonly showFresh: () => void
  readonly hasOlder: boolean
  readonly readOlder: () => void
  readonly isReadingOlder: boolean
  /** Why older ones could not be read; '' = they could. */
  readonly olderFault: string
  /** What they were read by: it says why they cannot be, and how old they are. */
  readonly reading: Reading
}

/**
 * What happened, newest first. What happens meanwhile comes by itself while the list is not held; else it is counted.
 * @param isHeld somebody reads or points at it: nothing may move
 */
export function useStories(wish: ActivityWish, isHeld: boolean): Stories {
  const newest = useQuery(newestQuery(wish))
  const [kept, setKept] = useState<{readonly wish: ActivityWish; readonly page: Page} | null>(null)
  const [isWanted, setWanted] = useState(false)
  const mine = kept?.wish === wish ? kept.page : null
  const {data} = newest
  const change = useMemo(() => changeOf(mine, data ?? null), [mine, data])
  if (data && (mine === null || ((change.fresh > 0 || change.isLess) && (!isHeld || isWanted)))) {
    setKept({wish, page: data})
    setWanted(false)
  }
  const page = mine ?? data ?? null
  const older = useInfiniteQuery(olderQuery(wish, page?.next_before ?? null))
  useShown(older.error)
  const stories = useMemo(
    () =>
      page && [
        ...renewed(page.stories, data?.stories ?? []),
        ...(older.data?.pages ?? []).flatMap((it) => it.stories),
      ],
    [page, data, older.data],
  )
  const hasOlder = older.data ? older.hasNextPage : page?.next_before != null
  return {
    stories,
    fresh: change.fresh,
    showFresh: () => setWanted(true),
    hasOlder,
    readOlder: () => void older.fetchNextPage(),
    isReadingOlder: older.isFetching,
    olderFault: older.error?.message ?? '',
    reading: {
      data: stories ?? undefined,
      dataUpdatedAt: newest.dataUpdatedAt,
      error: newest.error,
      refetch: newest.refetch,
    },
  }
}

/** How what was read last differs from what is shown. */
function changeOf(shown: Page | null, read: Page | null): {readonly fresh: number; readonly isLess: boolean} {
  if (shown === null || read === null) return {fresh: 0, isLess: false}
  const known = new Set(shown.stories.map(({id}) => id))
  const there = new Set(read.stories.map(({id}) => id))
  const oldestShown = shown.next_before === null ? -Infinity : (shown.stories.at(-1)?.at ?? -Infinity)
  const oldestRead = read.next_before === null ? -Infinity : (read.stories.at(-1)?.at ?? Infinity)
  return {
    fresh: read.stories.filter(({id, at}) => !known.has(id) && at >= oldestShown).length,
    isLess: shown.stories.some(({id, at}) => !there.has(id) && at > oldestRead),
  }
}

/** The same stories as they are now, each where it stood. */
function renewed(shown: readonly Story[], read: readonly Story[]): readonly Story[] {
  const byId = new Map(read.map((one) => [one.id, one]))
  return shown.map((one) => {
    const now = byId.get(one.id)
    return now ? {...now, place: one.place} : one
  })
}
