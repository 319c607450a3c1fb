import type {MouseEvent, ReactNode} from 'react'
import type {LiveServer} from '#model/live.ts'
import {text} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {CheckMark} from '../../../ui/CheckMark.tsx'
import {count, speed, type Quantity as Figure} from '../../../ui/format.ts'
import {joined} from '../../../ui/joined.ts'
import {isCommandHeld} from '../../../ui/keys.ts'
import {Quantity} from '../../../ui/Quantity.tsx'
import {serverColour} from '../../../ui/server-colours.ts'
import {Swatch} from '../../../ui/Swatch.tsx'
import {isOnline, isTrouble, isUnread} from '../../servers/health/health-words.ts'
import {healthInk} from '../../servers/health/HealthIcon.tsx'
import {statusLine} from '../../servers/server-words.ts'

interface RowProps {
  readonly id: string
  readonly isActive: boolean
  readonly isChosen: boolean
  readonly onPoint: () => void
  readonly onChoose: (isAdding: boolean) => void
}

export function AllRow({servers, ...row}: RowProps & {readonly servers: readonly LiveServer[]}) {
  const sum = (of: (server: LiveServer) => number | undefined) =>
    servers.reduce((total, server) => total + (of(server) ?? 0), 0)
  return (
    <Row
      {...row}
      torrents={count(servers.reduce((total, {torrents}) => total + torrents, 0))}
      down={speed(sum((server) => server.down_speed))}
      up={speed(sum((server) => server.up_speed))}
    >
      <span className="font-medium">{text('switcher.all')}</span>
    </Row>
  )
}

const MINUTE_MS = 60_000

export function ServerRow({
  server,
  place,
  ...row
}: RowProps & {readonly server: LiveServer; readonly place: number}) {
  const now = useNow(isTrouble(server) ? 10_000 : MINUTE_MS)
  const isLive = isOnline(server)
  return (
    <Row
      {...row}
      torrents={isUnread(server) ? '?' : count(server.torrents)}
      isAged={!isLive}
      down={isLive ? speed(server.down_speed) : null}
      up={isLive ? speed(server.up_speed) : null}
      swatch={<Swatch colour={serverColour(server.colour, place)} isHollow={!isLive} size={11} />}
    >
      <span className="block truncate font-bold">{server.server_name}</span>
      <span
        className={joined('block truncate text-12', isTrouble(server) ? healthInk(server) : 'text-text-3')}
      >
        {statusLine(server, now)}
      </span>
    </Row>
  )
}

function Row({
  id,
  isActive,
  isChosen,
  onPoint,
  onChoose,
  swatch,
  torrents,
  isAged = false,
  down,
  up,
  children,
}: RowProps & {
  readonly swatch?: ReactNode
  readonly torrents: string
  readonly isAged?: boolean
  readonly down: Figure | null
  readonly up: Figure | null
  readonly children: ReactNode
}) {
  // The box is for the pointer; keys have Ctrl Enter.
  const click = (event: MouseEvent) => {
    const isBox = event.target instanceof Element && event.target.closest('[data-box]') !== null
    onChoose(isCommandHeld(event) || (isBox && swatch !== undefined))
  }
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are the search field's
    <div
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it has more in it than words
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      onPointerMove={onPoint}
      onClick={click}
      className={joined(
        'grid min-h-[46px] cursor-pointer grid-cols-[24px_12px_minmax(0,1fr)_auto_auto] pointer-coarse:grid-cols-[44px_12px_minmax(0,1fr)_auto_auto] items-center gap-2.5 rounded-m pr-2.5 pl-1 focus-visible:shadow-none forced-colors:aria-selected:outline',
        isChosen ? 'bg-accent-soft' : isActive && 'bg-hover',
        isActive && 'shadow-focus-in',
      )}
    >
      <span data-box className="grid size-6 place-items-center pointer-coarse:size-11">
        <CheckMark state={isChosen} />
      </span>
      <span className="grid place-items-center">{swatch}</span>
      <span className="min-w-0">{children}</span>
      <span className={joined('num text-right', isAged && 'text-text-3')}>{torrents}</span>
      <span className="num flex w-[148px] justify-end gap-2 text-12 whitespace-nowrap text-text-2 max-phone:hidden">
        {down && up ? (
          <>
            <span aria-label={text('server.down')}>
              ↓ <Quantity value={down} />
            </span>
            <span aria-label={text('server.up')}>
              ↑ <Quantity value={up} />
            </span>
          </>
        ) : (
          <span className="text-text-off">–</span>
        )}
      </span>
    </div>
  )
}
