import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Film, Trash2, type LucideIcon} from 'lucide-react'
import {useEffect, useRef, useState, type ReactNode} from 'react'
import {linksQuery, type TorrentLinks} from '../../../api/details.ts'
import {explanationQuery} from '../../../api/explanation.ts'
import {text} from '../../../i18n/text.ts'
import {useServer, useServers} from '../../../live/servers.ts'
import {bytes, ratio, written} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {freedWords} from '../../actions/freed-words.ts'
import {keptByDoubt, obstacles} from '../../actions/delete/removal.ts'
import {ServerName} from '../../servers/ServerName.tsx'
import {MediaLink} from '../general/MediaLink.tsx'
import {PartFrame} from '../PartFrame.tsx'
import {nameOf, type Torrent} from '../torrent.ts'
import {useAbilities} from '../use-abilities.ts'
import {usePart} from '../use-part.ts'
import {
  afterRemoval,
  afterReplacement,
  contentWords,
  freesWords,
  howWords,
  isUnconcerned,
  libraryWords,
} from './link-words.ts'

/** Disks and Arrs are asked for it: seldom. */
const EVERY_MS = 60_000

/** Whose bytes these are: torrents, what lies on the disk, libraries; and what is free when one of them goes. */
export function LinksTab({torrent}: {torrent: Torrent}) {
  const part = usePart(torrent.server_id, linksQuery(torrent), () => EVERY_MS)
  const {viewOnly} = useAbilities(torrent.server_id)
  return (
    <PartFrame
      part={part}
      serverId={torrent.server_id}
      viewOnly={null}
      start={
        <span className="text-12 text-text-2">
          {text('links.title')}
          {part.data?.removal && (
            <b className="ml-3 font-medium text-text">
              {text('links.deleting', {frees: freesWords(part.data.removal)})}
            </b>
          )}
        </span>
      }
    >
      {(links) => (
        <section
          aria-label={text('links.title')}
          // It scrolls by the keys, too.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="min-h-0 overflow-auto border-t border-line focus-visible:shadow-focus-in"
        >
          <Graph torrent={torrent} links={links} />
          <Answers links={links} viewOnly={viewOnly} />
        </section>
      )}
    </PartFrame>
  )
}

function Graph({torrent, links}: {torrent: Torrent; links: TorrentLinks}) {
  const box = useRef<HTMLDivElement>(null)
  const lines = useLines(box)
  const server = useServer(torrent.server_id)?.server_name ?? torrent.server_id
  const {content, content_unknown: whyUnknown, torrents, torrents_hidden: isHidden} = links
  const {data: explanation} = useQuery(explanationQuery(torrent))
  const media = explanation?.media ?? null
  const libraries = links.library.filter((it) => !isUnconcerned(it))
  const copies = torrents.filter(({how}) => how === 'copy')
  return (
    <div
      ref={box}
      className="relative grid gap-3.5 px-4 py-4 max-phone:px-3.5 @min-[820px]:grid-cols-[minmax(0,1fr)_minmax(150px,220px)_minmax(0,1fr)] @min-[820px]:items-center @min-[820px]:gap-x-16"
    >
      <svg
        aria-hidden
        className="pointer-events-none absolute inset-0 hidden size-full fill-none stroke-line-strong @min-[820px]:block"
        strokeWidth={1.5}
      >
        {lines.map((line) => (
          <path key={line} d={line} />
        ))}
      </svg>
      <Column title={text('links.torrents')}>
        <Node id="own" to="bytes" isOwn>
          <span className="flex min-w-0 items-center gap-1.5 font-medium">
            {text('links.this')} <OnServer id={torrent.server_id} />
          </span>
          <Small>{factsOf(torrent.tracker_host, torrent.ratio)}</Small>
        </Node>
        {torrents.map((other) => (
          <Node
            key={`${other.server_id} ${other.info_hash} ${other.how}`}
            id={nameOf(other)}
            to={other.how === 'copy' ? `copy ${other.server_id}` : 'bytes'}
          >
            <Link
              to="/torrents"
              search={(before) => ({...before, at: nameOf(other), tab: 'links'})}
              className="min-w-0 rounded-s font-medium hover:underline focus-visible:shadow-focus pointer-coarse:py-2"
            >
              <MiddleText>{other.name}</MiddleText>
            </Link>
            <span className="flex min-w-0 flex-wrap items-center gap-x-2 text-12 text-text-2">
              <OnServer id={other.server_id} /> {howWords(other)}
            </span>
            <Small>{factsOf(other.tracker_host, other.ratio)}</Small>
          </Node>
        ))}
        {isHidden && <p className="text-12 text-text-2">{text('links.hidden')}</p>}
      </Column>
      <Column title={text('links.bytes')}>
        <Node id="bytes" to={libraries.map((_, at) => `library ${at}`).join('\n')} isQuiet>
          <span className="font-medium">
            {content === null
              ? text('links.bytes.unknown')
              : text('links.on', {size: written(bytes(content.bytes)), server})}
          </span>
          <Small>{content === null ? whyUnknown : contentWords(content)}</Small>
        </Node>
        {[...new Map(copies.map((it) => [it.server_id, it])).values()].map(
          ({server_id: id, server_name: server}) => (
            <Node key={id} id={`copy ${id}`} to="" isQuiet>
              <span className="font-medium">{text('links.copy-on', {server})}</span>
              <Small>{text('links.copy-on.why')}</Small>
            </Node>
          ),
        )}
      </Column>
      <Column title={text('links.library')}>
        {libraries.length === 0 ? (
          <p className="text-text-2">{text('links.library.none')}</p>
        ) : (
          libraries.map((it, at) => (
            <Node key={it.arr_id ?? at} id={`library ${at}`} to="">
              <span className="font-medium">
                {media !== null && media.arr_id === it.arr_id ? (
                  <MediaLink media={media} />
                ) : (
                  (it.arr_name ?? text('links.an-arr.head'))
                )}
              </span>
              {libraryWords(it).map((words) => (
                <Small key={words}>{words}</Small>
              ))}
              {it.files[0] !== undefined && (
                <span className="font-mono text-12 wrap-anywhere text-text-2">{it.files[0].path}</span>
              )}
            </Node>
          ))
        )}
      </Column>
    </div>
  )
}

function factsOf(host: string | undefined, its: number | undefined): string {
  return [
    host === undefined || host === '' ? '' : host,
    its === undefined ? '' : text('links.ratio', {ratio: written(ratio(its))}),
  ]
    .filter((it) => it !== '')
    .join(' · ')
}

function OnServer({id}: {id: string}) {
  const servers = useServers() ?? []
  const place = servers.findIndex(({server_id: it}) => it === id)
  return place === -1 ? null : <ServerName server={servers[place]!} place={place} className="font-normal" />
}

function Column({title, children}: {title: string; children: ReactNode}) {
  return (
    <section aria-label={title} className="relative grid min-w-0 gap-2.5">
      <h3 className="text-11 font-bold text-text-3 @min-[820px]:sr-only">{title}</h3>
      {children}
    </section>
  )
}

function Node({
  id,
  to,
  isOwn = false,
  isQuiet = false,
  children,
}: {
  id: string
  /** Ids of those that it leads to, by lines; '' = to none. */
  to: string
  /** It is what all of it is about. */
  isOwn?: boolean
  isQuiet?: boolean
  children: ReactNode
}) {
  return (
    <div
      data-node={id}
      data-to={to}
      className={joined(
        'grid min-w-0 gap-0.5 rounded-l border px-3 py-2.5',
        isOwn ? 'border-accent shadow-[inset_0_0_0_1px_var(--accent)]' : 'border-line-strong',
        isQuiet ? 'bg-sunken @min-[820px]:text-center' : 'bg-surface',
      )}
    >
      {children}
    </div>
  )
}

function Small({children}: {children: ReactNode}) {
  if (children === '' || children === null) return null
  return <span className="text-12 text-pretty wrap-anywhere text-text-2">{children}</span>
}

/** Curves between boxes that belong together, where these stand beside each other. */
function useLines(box: {readonly current: HTMLElement | null}): readonly string[] {
  const [lines, setLines] = useState<readonly string[]>([])
  useEffect(() => {
    const it = box.current
    if (!it) return
    // Other boxes, or words in other lines, change its height.
    const draw = () => setLines(linesIn(it))
    const observer = new ResizeObserver(draw)
    observer.observe(it)
    return () => observer.disconnect()
  }, [box])
  return lines
}

function linesIn(box: HTMLElement): readonly string[] {
  const {left, top} = box.getBoundingClientRect()
  const nodes = [...box.querySelectorAll<HTMLElement>('[data-node]')]
  const placeOf = new Map(nodes.map((node) => [node.dataset['node'], node.getBoundingClientRect()]))
  return nodes.flatMap((node) => {
    const from = node.getBoundingClientRect()
    const ends = (node.dataset['to'] ?? '').split('\n').flatMap((id) => placeOf.get(id) ?? [])
    return ends.map((to) => {
      const [x, y] = [from.right - left, (from.top + from.bottom) / 2 - top]
      const [u, v] = [to.left - left, (to.top + to.bottom) / 2 - top]
      const bend = (u - x) / 2
      return `M${x} ${y}C${x + bend} ${y} ${u - bend} ${v} ${u} ${v}`
    })
  })
}

/** What is free when the torrent goes, and when the Arr deletes or replaces its files. */
function Answers({links, viewOnly}: {links: TorrentLinks; viewOnly: string | null}) {
  const {removal} = links
  const replacements = links.library.flatMap((it) => {
    const after = afterReplacement(it)
    return after === null ? [] : [{...after, arr: it.arr_name ?? text('links.an-arr')}]
  })
  return (
    <dl className="border-t border-line">
      {removal === null ? (
        <Answer icon={Trash2} term={text('links.if-removed')} value={text('links.not-known')}>
          {viewOnly}
        </Answer>
      ) : (
        <Answer icon={Trash2} term={text('links.if-removed')} value={freesWords(removal)}>
          {[
            ...obstacles(removal).map(({message}) => message),
            freedWords(removal, false),
            ...keptByDoubt(removal).map(({message}) => message),
            ...afterRemoval(links),
          ].join(' ')}
        </Answer>
      )}
      {replacements.map(({arr, value, why}) => (
        <Answer key={arr} icon={Film} term={text('links.if-replaced', {arr})} value={value}>
          {why}
        </Answer>
      ))}
    </dl>
  )
}

function Answer({
  icon,
  term,
  value,
  children,
}: {
  icon: LucideIcon
  term: string
  value: string
  children: ReactNode
}) {
  return (
    <div className="grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-3 gap-y-0.5 border-b border-line px-4 py-2.5 max-phone:px-3.5">
      <Icon icon={icon} className="mt-0.5 text-text-3" />
      <dt className="text-pretty">{term}</dt>
      <dd className="num text-right font-medium">{value}</dd>
      <dd className="col-start-2 -col-end-1 text-12 text-pretty wrap-anywhere text-text-2">{children}</dd>
    </div>
  )
}
