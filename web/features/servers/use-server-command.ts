import {useMutation} from '@tanstack/react-query'
import {Problem} from '../../api/problem.ts'

interface ServerCommand {
  readonly run: () => void
  /** Forgets what it was answered. */
  readonly reset: () => void
  readonly isBusy: boolean
  /** The server's words; `null` = no mistake. */
  readonly error: string | null
  /** Of that refusal. */
  readonly code: string | null
}

/** Something that is sent to a server, whose refusal stands beside what was pressed. */
export function useServerCommand(send: () => Promise<void>, onDone?: () => void): ServerCommand {
  const sending = useMutation({mutationFn: send, ...(onDone && {onSuccess: onDone})})
  const {error, isPending: isBusy} = sending
  const code = error instanceof Problem ? error.code : null
  return {run: () => sending.mutate(), reset: sending.reset, isBusy, error: error?.message ?? null, code}
}
