import {useQueries, useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Command as Cmdk} from 'cmdk'
import {CircleHelp, HardDrive} from 'lucide-react'
import {arrQueueQuery, arrsQuery, type Arr, type QueueEntry} from '../../../api/arrs.ts'
import {useAsked} from '../../../api/queries.ts'
import {foundTorrents} from '../../../api/torrents.ts'
import {alsoCalled, text} from '../../../i18n/text.ts'
import {useServers} from '../../../live/servers.ts'
import {bytes, written} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {closeOverlay} from '../../commands/overlays.ts'
import {isOnline} from '../../servers/health-words.ts'
import {matching, named, stateAsked, whyAsked} from './palette-entries.ts'
import {PaletteItem, paletteGroupClass} from './PaletteItem.tsx'

const ITEMS_SHOWN = 6

interface QueuedItem {
  readonly arr: Arr
  readonly item: number
  readonly title: string
}

/** Items in the queues of Arrs that match. Queues that are not known here yet are read for who types "why". */
export function useItemsOfArrs(words: string): readonly QueuedItem[] {
  const {data: arrs = []} = useQuery(arrsQuery)
  const asksWhy = whyAsked(words) !== null
  const queues = useQueries({
    queries: arrs.map(({id}) => ({...arrQueueQuery(id), refetchInterval: false as const, enabled: asksWhy})),
  })
  if (words.length < 2) return []
  const items = arrs.flatMap((arr, at) => queuedIn(arr, queues[at]?.data?.rows ?? []))
  return matching(items, words, ({title}) => text('palette.why', {title})).slice(0, ITEMS_SHOWN)
}

/** Each item once; 0 = of its series only the name is known. */
function queuedIn(arr: Arr, entries: readonly QueueEntry[]): readonly QueuedItem[] {
  const found = new Map<number, QueuedItem>()
  for (const {row, media_title: title} of entries) {
    const first = row.media.find(({id}) => id > 0)
    if (first && !found.has(first.id)) found.set(first.id, {arr, item: first.id, title: title ?? row.title})
  }
  return [...found.values()]
}

/** Questions, with the page that answers each. */
export function PaletteAsk({words}: {words: string}) {
  const items = useItemsOfArrs(words)
  const why = whyAsked(words)
  const asksForSpace = words.length > 1 && named(space, words, text, alsoCalled, () => []).length > 0
  if (items.length === 0 && why === null && !asksForSpace) return null
  return (
    <Cmdk.Group heading={text('palette.ask')} className={paletteGroupClass}>
      {why !== null && <WhyTorrents why={why} />}
      {asksForSpace && <FreeSpace />}
      {items.map((it) => (
        <ItemOfArr key={`${it.arr.id} ${it.item}`} of={it} />
      ))}
    </Cmdk.Group>
  )
}

const space = ['palette.space'] as const

const TORRENTS_SHOWN = 6

/** "why is X stalled": to the verdict of each torrent of that name; "why" alone, of those with a problem. */
function WhyTorrents({why}: {why: string}) {
  const navigate = useNavigate()
  const asked = useAsked(why === '' ? 'is:problem' : why, ['torrents', 'found'])
  const {data} = useQuery(foundTorrents(asked, TORRENTS_SHOWN))
  return data?.torrents.map(({server_id: server, info_hash: hash, name, state, server_name: on}) => {
    const title = text(stateAsked(state), {name})
    return (
      <PaletteItem
        key={`${server}~${hash}`}
        id={`why ${server}~${hash}`}
        onPick={() => {
          closeOverlay()
          void navigate({to: '/torrents/$server/$hash/why', params: {server, hash}})
        }}
        end={on}
      >
        <Icon icon={CircleHelp} className="shrink-0 text-text-2" />
        <span className="min-w-0 truncate" title={title}>
          {title}
        </span>
      </PaletteItem>
    )
  })
}

/** The figure answers at once, the page where it is and how long it lasts. */
function FreeSpace() {
  const navigate = useNavigate()
  const known = (useServers() ?? []).flatMap((it) => (isOnline(it) ? (it.free_space ?? []) : []))
  const free = known.reduce((sum, it) => sum + it, 0)
  return (
    <PaletteItem
      id="ask space"
      onPick={() => {
        closeOverlay()
        void navigate({to: '/torrents/disk-space'})
      }}
      end={known.length > 0 && text('palette.space.is', {size: written(bytes(free))})}
    >
      <Icon icon={HardDrive} className="shrink-0 text-text-2" />
      {text('palette.space')}
    </PaletteItem>
  )
}

/** Goes to how far an item has got. */
function ItemOfArr({of: {arr, item, title}}: {of: QueuedItem}) {
  const navigate = useNavigate()
  return (
    <PaletteItem
      id={`item ${arr.id} ${item}`}
      onPick={() => {
        closeOverlay()
        void navigate({to: '/library/arrs/$id/items/$item', params: {id: arr.id, item: String(item)}})
      }}
      end={arr.name}
    >
      <Icon icon={CircleHelp} className="shrink-0 text-text-2" />
      <span className="min-w-0 truncate" title={title}>
        {text('palette.why', {title})}
      </span>
    </PaletteItem>
  )
}
