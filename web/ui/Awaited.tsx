import {useEffect, useState, type ReactNode} from 'react'
import {Problem} from '../api/problem.ts'
import {useTold} from '../api/unread.ts'
import {exactTime} from '../i18n/format-time.ts'
import {text} from '../i18n/text.ts'
import {useNow} from '../live/clock.ts'
import {useConnection} from '../live/socket.ts'
import {Note} from './Note.tsx'
import type {Reading} from './reading.ts'
import {TextButton} from './TextButton.tsx'

/** From then on a wait is said in words. */
const LONG_MS = 3_000
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
      <LongWait what={what} />
    </>
  )
}

interface Failure {
  readonly error: Error | null
  readonly isAsking: boolean
  readonly again: () => void
}

/** Who tries again keeps his place: why it failed stays until the answer is there. */
function useFailure({data, error, refetch}: Reading): Failure {
  const [asked, ask] = useState<Error | null>(null)
  const shown = error ?? (data === undefined ? asked : null)
  useTold(shown)
  const again = () => {
    ask(error)
    void Promise.resolve(refetch()).finally(() => ask(null))
  }
  return {error: shown, isAsking: asked !== null, again}
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

/** After three seconds: what is waited for. */
export function LongWait({what}: {what: string}) {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <output className="block px-3.5 py-2 text-text-2 empty:p-0">
      {isLong && text('awaited.long', {what})}
    </output>
  )
}
