import {useMutation} from '@tanstack/react-query'

interface ServerCommand {
  readonly run: () => void
  readonly isBusy: boolean
  /** The server's words; `null` = no mistake. */
  readonly error: string | null
}

/** Something that is sent to a server, whose refusal stands beside what was pressed. */
export function useServerCommand(send: () => Promise<void>, onDone?: () => void): ServerCommand {
  const sending = useMutation({mutationFn: send, ...(onDone && {onSuccess: onDone})})
  return {run: () => sending.mutate(), isBusy: sending.isPending, error: sending.error?.message ?? null}
}
