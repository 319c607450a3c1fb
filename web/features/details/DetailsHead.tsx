import type {ReactNode} from 'react'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {text} from '../../i18n/text.ts'
import {bytes, fullSpeed, duration, written} from '../../ui/format.ts'
import {joined} from '../../ui/joined.ts'
import {ProgressBar} from '../../ui/ProgressBar.tsx'
import {Quantity} from '../../ui/Quantity.tsx'
import {StateIcon} from '../../ui/StateIcon.tsx'
import {stateColours} from '../../ui/state-icons.ts'
import {ServerName} from '../servers/list/ServerName.tsx'
import {stateFace} from '../torrents/table/state-face.ts'
import type {PlaceInView} from '../torrents/use-place-in-view.ts'
import {HeadActions} from './HeadActions.tsx'
import {breakable} from './breakable.ts'
import {NamePencil} from './NamePencil.tsx'
import {placeWords} from './general/place-words.ts'
import {cellsOf, nameOf, type Torrent} from './torrent.ts'
import {useAbilities} from './use-abilities.ts'

/** Which torrent it is and how far: its whole name, where it is, its state. @param isShort the name in one line */
export function DetailsHead({
  torrent,
  place,
  isShort,
  more,
}: {
  torrent: Torrent
  /** In the list; absent = not known, or said elsewhere. */
  place: PlaceInView | null | undefined
  isShort: boolean
  /** Beside the actions. */
  more: ReactNode
}) {
  const now = useNow(10_000)
  const servers = useServers() ?? []
  const {canControl} = useAbilities(torrent.server_id)
  const at = servers.findIndex(({server_id}) => server_id === torrent.server_id)
  const face = stateFace(cellsOf(torrent), now)
  return (
    <header className="grid gap-2.5 border-b border-line px-4 py-3.5 max-phone:px-3.5 max-phone:pt-0">
      <div className="flex min-w-0 items-start gap-1">
        <h2
          className={joined(
            'min-w-0 text-16/[1.35] font-bold wrap-anywhere select-text',
            isShort ? 'truncate' : 'line-clamp-4',
          )}
          title={torrent.name}
        >
          {breakable(torrent.name ?? '')}
        </h2>
        {!isShort && <NamePencil torrent={torrent} />}
      </div>
      {!isShort && (
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 text-12 text-text-2">
          {at !== -1 && <ServerName server={servers[at]!} place={at} />}
          {torrent.category !== '' && <span className="truncate">{torrent.category}</span>}
          <Quantity value={bytes(torrent.size)} />
          <span className="num ml-auto text-text-3">{placeWords(place)}</span>
        </div>
      )}
      <div className="grid gap-1.5">
        <div className="flex min-w-0 items-center gap-2">
          <StateIcon state={face.icon} />
          <span className={joined('font-medium', face.isLoud && stateColours[face.icon])}>{face.word}</span>
          <span className="num">{face.aside}</span>
          <span className="num ml-auto truncate text-text-2">{flowWords(torrent)}</span>
        </div>
        {face.bar && (
          <ProgressBar
            share={face.bar.share}
            kind={face.bar.kind}
            colour={stateColours[face.icon]}
            label={face.word}
            className="h-1.5!"
          />
        )}
      </div>
      {!isShort && canControl && <HeadActions name={nameOf(torrent)} state={torrent.state} more={more} />}
    </header>
  )
}

/** "22.4 MiB/s · 44 m left". */
function flowWords({stale, down_speed: down = 0, up_speed: up = 0, eta}: Torrent): string {
  if (stale) return ''
  if (down === 0) return up === 0 ? '' : `↑ ${written(fullSpeed(up))}`
  const speed = written(fullSpeed(down))
  return typeof eta === 'number'
    ? `${speed} · ${text('details.left', {time: written(duration(eta))})}`
    : speed
}
