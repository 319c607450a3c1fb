import {useQuery} from '@tanstack/react-query'
import {useMemo} from 'react'
import type {Vocabulary} from '#search-query/value-candidates.ts'
import {serverNow} from '../../../live/clock.ts'
import {labelCounts, type ValueCount} from '../../../api/torrents.ts'
import {useKnownArrs} from './use-known-arrs.ts'
import {useKnownServers} from './use-known-servers.ts'

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
const none: readonly ValueCount[] = []

/** Names that can be completed; read when somebody begins to write. */
export function useVocabulary(isWanted: boolean): Vocabulary {
  const servers = useKnownServers()
  const arrs = useKnownArrs()
  const {data} = useQuery({...labelCounts, enabled: isWanted})
  return useMemo(() => {
    const {category, tag, tracker} = data ?? {category: none, tag: none, tracker: none}
    return {
      servers,
      arrs: arrs ?? [],
      categories: namesOf(category),
      tags: namesOf(tag),
      trackers: namesOf(tracker),
      now: serverNow(),
      timeZone,
    }
  }, [servers, arrs, data])
}

function namesOf(counts: readonly ValueCount[]): readonly string[] {
  return counts.map(({value}) => value).filter((value) => value !== '')
}
