import {useState, type ReactNode} from 'react'
import {Problem} from '../api/problem.ts'
import {useShown} from '../api/unread.ts'
import {exactTime} from '../i18n/format-time.ts'
import {text} from '../i18n/text.ts'
import {useNow} from '../live/clock.ts'
import {useConnection} from '../live/socket.ts'
import {Card} from './Card.tsx'
import {LongWait} from './LongWait.tsx'
import {Note} from './Note.tsx'
import {SkeletonLines} from './Skeleton.tsx'
import {TextButton} from './TextButton.tsx'

const MINUTE_MS = 60_000

/**
 * Stands where something is read: its shape while it comes, after three seconds what is waited for, and why it did not
 * come, with the next step. What was read before stays below it, with its age. While Commodarr is away nothing is wrong
 * with this part: it is read when the connection is back.
 */
export function Awaited({
  reading,
  what,
  className,
  next,
  children,
}: {
  reading: Reading
  /** "the trash": what is waited for. */
  what: string
  className?: string
  /** Instead of trying again, where that cannot help. */
  next?: ReactNode
  /** The shape of it. */
  children?: ReactNode
}) {
  const isLost = useConnection().state === 'reconnecting'
  const {error, isAsking, again} = useFailure(reading)
  const isKnown = reading.data !== undefined
  if (isLost && isKnown) return error && <Age at={reading.dataUpdatedAt} className={className} />
  if (isLost) {
    return (
      <div className={className}>
        <Note>{text('awaited.lost')}</Note>
      </div>
    )
  }
  if (error !== null) {
    return (
      <div className={className}>
        <Note
          tone="bad"
          isNews
          action={
            next ?? (
              <TextButton onClick={again}>{text(isAsking ? 'awaited.trying' : 'awaited.again')}</TextButton>
            )
          }
        >
          {isKnown && <Old at={reading.dataUpdatedAt} />}
          {error.message}
          <Request error={error} />
        </Note>
      </div>
    )
  }
  if (isKnown) return null
  return (
    <>
      {children}
      <LongWait words={text('awaited.long', {what})} />
    </>
  )
}

interface Failure {
  readonly error: Error | null
  readonly isAsking: boolean
  readonly again: () => void
}

/**
 * While it is asked for again (by who tries again, or by itself) why it failed stays where it is until there is an answer:
 * a failure that lasts does not blink, and who pressed the button keeps his place.
 */
function useFailure({data, error, refetch}: Reading): Failure {
  const [last, keep] = useState(error)
  const kept = data === undefined ? (error ?? last) : error
  if (kept !== last) keep(kept)
  useShown(kept)
  return {error: kept, isAsking: error === null, again: () => void refetch()}
}

/** Quiet: that the connection is lost is told once, in the status line. */
function Age({at, className}: {at: number; className: string | undefined}) {
  return (
    <div className={className}>
      <p className="px-3.5 py-1 text-12 text-text-3">
        <Old at={at} />
      </p>
    </div>
  )
}

function Old({at}: {at: number}) {
  const now = useNow(MINUTE_MS)
  return <>{text('awaited.old', {when: exactTime(at, now)})} </>
}

/** By what the log has the cause; only who looks into it needs that. */
function Request({error}: {error: Error}) {
  const id = error instanceof Problem && error.status >= 500 ? error.body.request_id : undefined
  const [isOpen, setOpen] = useState(false)
  if (id === undefined) return null
  return (
    <>
      {' '}
      {isOpen ? (
        text('awaited.request', {id})
      ) : (
        <TextButton onClick={() => setOpen(true)}>{text('awaited.details')}</TextButton>
      )}
    </>
  )
}

/** A card whose content is not there yet. */
export function AwaitedCard({reading, title}: {reading: Reading; title: string}) {
  return (
    <Card title={title}>
      <Awaited reading={reading} what={title}>
        <SkeletonLines />
      </Awaited>
    </Card>
  )
}

/** What is read from the server, as far as it has to be said that it is not there. */
export interface Reading {
  /** `undefined` = nothing was read yet. */
  readonly data: unknown
  /** Epoch ms by this machine's clock; 0 = never. */
  readonly dataUpdatedAt: number
  readonly error: Error | null
  readonly refetch: () => unknown
}

/** Several that are shown as one: there when all are, as old as the oldest, and only what failed is read again. */
export function together(...all: readonly Reading[]): Reading {
  const isWhole = all.every(({data}) => data !== undefined)
  return {
    data: isWhole ? all.map(({data}) => data) : undefined,
    dataUpdatedAt: Math.min(...all.map(({dataUpdatedAt}) => dataUpdatedAt)),
    error: all.find(({error}) => error !== null)?.error ?? null,
    refetch: () => Promise.all(all.filter(({error}) => error !== null).map(({refetch}) => refetch())),
  }
}
