/** The one place that turns how an Arr does into a word, a shape and a tone, and what stands in its way into words. */
import {
  CircleCheck,
  CircleDashed,
  CircleX,
  RefreshCw,
  Square,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react'
import type {Arr, ArrKind, ArrObstacle} from '../../api/arrs.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import type {Tone} from '../../ui/Badge.tsx'

type ArrHealth = 'live' | 'polling' | 'reading' | 'trouble' | 'resting' | 'held' | 'off'

const kindNames: Readonly<Record<ArrKind, string>> = {
  radarr: 'Radarr',
  sonarr: 'Sonarr',
  lidarr: 'Lidarr',
  readarr: 'Readarr',
  whisparr: 'Whisparr',
}

/** As its makers write it. */
export function arrKindName(kind: ArrKind): string {
  return kindNames[kind]
}

const looks: {
  readonly [H in ArrHealth]: {readonly word: TextKey; readonly tone: Tone; readonly icon: LucideIcon}
} = {
  live: {word: 'arr.health.live', tone: 'good', icon: CircleCheck},
  polling: {word: 'arr.health.polling', tone: 'warn', icon: RefreshCw},
  reading: {word: 'arr.health.reading', tone: 'quiet', icon: CircleDashed},
  trouble: {word: 'arr.health.trouble', tone: 'bad', icon: CircleX},
  resting: {word: 'arr.health.resting', tone: 'quiet', icon: CircleDashed},
  held: {word: 'arr.health.held', tone: 'warn', icon: TriangleAlert},
  off: {word: 'arr.health.off', tone: 'quiet', icon: Square},
}

type ArrCondition = Pick<Arr, 'enabled' | 'obstacle' | 'manager'>

export function arrHealth({enabled, obstacle, manager}: ArrCondition): ArrHealth {
  if (!enabled) return 'off'
  if (obstacle !== null) return 'held'
  if (manager === null) return 'resting'
  if (manager.fault !== null) return 'trouble'
  if (manager.queued === null) return 'reading'
  return manager.is_live ? 'live' : 'polling'
}

export function healthLook(arr: ArrCondition) {
  return looks[arrHealth(arr)]
}

/** What is wrong, and what follows, in at most two sentences; '' = nothing. */
export function troubleOf(arr: Arr): string {
  if (arr.enabled && arr.obstacle !== null) return obstacleWords(arr, arr.obstacle)
  const fault = arr.enabled ? (arr.manager?.fault ?? null) : null
  return fault === null ? '' : text('arr.trouble.fault', {fault})
}

function obstacleWords({category, url}: Arr, obstacle: ArrObstacle): string {
  const names = obstacle.with.map(({name}) => name)
  const others = names.length === 0 ? text('arr.obstacle.unseen') : names.join(', ')
  switch (obstacle.code) {
    case 'same_category':
      return text('arr.obstacle.same_category', {others, category})
    case 'same_address':
      return text('arr.obstacle.same_address', {others, url: url ?? '?'})
    case 'category_in_use':
      return text('arr.obstacle.category_in_use', {category, use: obstacle.detail})
    case 'section_off':
      return text('arr.obstacle.section_off', {fault: obstacle.detail})
    case 'secret_missing':
      return text('arr.obstacle.secret_missing')
    case 'secret_unreadable':
      return text('arr.obstacle.secret_unreadable')
    case 'key_ended':
      return text('arr.obstacle.key_ended')
  }
}

/** Where somebody has to type to put it right; `null` = nowhere in its form. */
export function cureField({enabled, obstacle}: ArrCondition): 'category' | 'address' | 'key' | null {
  if (!enabled || obstacle === null) return null
  const fields = {
    same_category: 'category',
    same_address: 'address',
    category_in_use: 'category',
    section_off: null,
    secret_missing: 'key',
    secret_unreadable: 'key',
    key_ended: null,
  } as const
  return fields[obstacle.code]
}
