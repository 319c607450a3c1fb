import {useEffect, useState, type ReactNode} from 'react'
import {text} from '../i18n/text.ts'
import {Note} from './Note.tsx'
import {TextButton} from './TextButton.tsx'

/** What is read from the server, as far as it has to be said that it is not there. */
interface Reading {
  /** `undefined` = nothing was read yet. */
  readonly data: unknown
  readonly error: Error | null
  readonly refetch: () => unknown
}

/** From then on a wait is said in words. */
const LONG_MS = 3_000

/**
 * Stands where something is read: its shape while it comes, after three seconds what is waited for, and why it did not
 * come, with the next step. What was read before stays below it.
 */
export function Awaited({
  reading: {data, error, refetch},
  what,
  className,
  children,
}: {
  reading: Reading
  /** "the trash": what is waited for. */
  what: string
  className?: string
  /** The shape of it. */
  children?: ReactNode
}) {
  if (error !== null) {
    return (
      <div className={className}>
        <Note
          tone="bad"
          isNews
          action={<TextButton onClick={() => void refetch()}>{text('awaited.again')}</TextButton>}
        >
          {data !== undefined && <>{text('awaited.old')} </>}
          {error.message}
        </Note>
      </div>
    )
  }
  if (data !== undefined) return null
  return (
    <>
      {children}
      <LongWait what={what} />
    </>
  )
}

function LongWait({what}: {what: string}) {
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
