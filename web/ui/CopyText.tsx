import {Check, Copy} from 'lucide-react'
import {useEffect, useState} from 'react'
import {text} from '../i18n/text.ts'
import {toast} from '../lib/toast.ts'
import {announce} from './announce.ts'
import {IconButton} from './IconButton.tsx'
import {joined} from './joined.ts'
import {writeClipboard} from './write-clipboard.ts'

const SHOWN_MS = 1500

/** A value that is taken elsewhere: a hash, an address, a key. */
export function CopyText({
  value,
  isMono = true,
  label = text('copy.copy'),
  className,
}: {
  value: string
  isMono?: boolean | undefined
  /** The name of the button: "Copy info hash". */
  label?: string | undefined
  className?: string | undefined
}) {
  const [isDone, copy] = useCopy()
  return (
    <span className={joined('inline-flex max-w-full min-w-0 items-center gap-1', className)}>
      <span className={joined('truncate', isMono && 'font-mono text-12')} title={value}>
        {value}
      </span>
      <IconButton
        size="small"
        label={isDone ? text('copy.copied') : label}
        icon={isDone ? Check : Copy}
        onClick={() => void copy(value)}
      />
    </span>
  )
}

/** Copies, and says so for a moment. */
export function useCopy(): readonly [isDone: boolean, copy: (value: string) => Promise<void>] {
  const [doneAt, setDoneAt] = useState<number | null>(null)
  useEffect(() => {
    if (doneAt === null) return
    const timer = setTimeout(() => setDoneAt(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [doneAt])
  const copy = async (value: string) => {
    try {
      await writeClipboard(value)
      setDoneAt(Date.now())
      announce(text('copy.copied'))
    } catch {
      toast({text: text('copy.refused'), tone: 'warn'})
    }
  }
  return [doneAt !== null, copy]
}
