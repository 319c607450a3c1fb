import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import type {ReactNode} from 'react'
import {leavingQuery, type Leaving, type SeenTracker} from '../../api/trackers.ts'
import {text} from '../../i18n/text.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {Dialog} from '../../ui/Dialog.tsx'
import {bytes, count, written} from '../../ui/format.ts'
import {SkeletonLines} from '../../ui/Skeleton.tsx'
import {queryOf} from './tracker-words.ts'

/** So many digits tell one torrent from all others. */
const DIGITS = 10
/** As many as a search has room for one by one. */
const MOST_BY_HASH = 180
const MOST_TAGS = 12

/** Torrents for which there would be no other source. */
export function LeavingDialog({tracker, onClose}: {tracker: SeenTracker; onClose: () => void}) {
  const reading = useQuery(leavingQuery(tracker.key))
  const {data} = reading
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="m"
      title={text('leaving.title', {name: tracker.name})}
      footer={
        <>
          {data !== undefined && data.only.torrents > 0 && <ShowLink leaving={data} tracker={tracker} />}
          <Button onClick={onClose}>{text('leaving.close')}</Button>
        </>
      }
    >
      <Awaited reading={reading} what={text('leaving.title', {name: tracker.name})}>
        <SkeletonLines />
      </Awaited>
      {data && <Losses leaving={data} />}
    </Dialog>
  )
}

function Losses({leaving: {lost, only, owing, shared, unknown, tags}}: {leaving: Leaving}) {
  return (
    <div className="grid gap-4">
      <Part title={text('leaving.lost')} tally={lost}>
        {lost.torrents > 0 && text('leaving.lost.more')}
        {lost.torrents + unknown.torrents === 0 && text('leaving.lost.none')}
        {owing > 0 && ` ${text('leaving.owing', {count: owing, shown: count(owing)})}`}
      </Part>
      {only.torrents > lost.torrents && (
        <p className="text-pretty text-text-2">
          {text('leaving.only', {
            count: only.torrents,
            shown: count(only.torrents),
            size: written(bytes(only.size)),
          })}
        </p>
      )}
      {shared.torrents > 0 && <Part title={text('leaving.shared')} tally={shared} />}
      {unknown.torrents > 0 && (
        <Part title={text('leaving.unknown')} tally={unknown}>
          {text('leaving.unknown.more')} {unknown.reason}
        </Part>
      )}
      {tags.length > 1 && (
        <section className="grid gap-1">
          <h3 className="font-bold">{text('leaving.tags')}</h3>
          <ul>
            {tags.slice(0, MOST_TAGS).map(({tag, ...tally}) => (
              <li key={tag} className="flex flex-wrap justify-between gap-x-4 border-t border-line py-1">
                <span className="wrap-anywhere">{tag === '' ? text('leaving.no-tag') : tag}</span>
                <span className="num text-text-2">{tallyWords(tally)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function Part({title, tally, children}: {title: string; tally: Leaving['lost']; children?: ReactNode}) {
  return (
    <section className="grid gap-0.5">
      <h3 className="text-12 font-medium text-text-2">{title}</h3>
      <p className="num text-16 font-bold">{tallyWords(tally)}</p>
      {children && <p className="text-pretty text-text-2">{children}</p>}
    </section>
  )
}

function tallyWords({torrents, size}: Leaving['lost']): string {
  return text('leaving.torrents', {count: torrents, shown: count(torrents), size: written(bytes(size))})
}

/**
 * To exactly these in the list. Whose data others use no search can ask, as not everybody may see those: where that makes
 * a difference, and they are too many to be named one by one, all that have no other tracker are shown, and called so.
 */
function ShowLink({leaving: {largest, lost, only}, tracker}: {leaving: Leaving; tracker: SeenTracker}) {
  const {torrents} = lost
  const isAll = only.torrents === torrents
  const isNamed = !isAll && torrents > 0 && torrents <= MOST_BY_HASH
  const hashes = new Set(largest.map(({info_hash: hash}) => hash.slice(0, DIGITS)))
  const q = isNamed ? `hash:${[...hashes].join(',')}` : queryOf(tracker, 'only_tracker')
  return (
    <Link to="/torrents" search={{q}} className={buttonClass()}>
      {isAll || isNamed
        ? text('leaving.show', {count: torrents, shown: count(torrents)})
        : text('leaving.show-only', {count: only.torrents, shown: count(only.torrents)})}
    </Link>
  )
}
