import {useMutation} from '@tanstack/react-query'
import type {Confirmation} from '#model/command.ts'
import {Problem, type Confirmed} from '../../api/problem.ts'

interface ServerCommand {
  readonly run: () => void
  readonly isBusy: boolean
  /** The server's words; `null` = no mistake. */
  readonly error: string | null
}

interface ConfirmedCommand extends ServerCommand {
  /** What the refusal asks to confirm, and the same again with it; `null` = it asks for nothing. */
  readonly anyway: {readonly asks: Confirmation; readonly run: () => void} | null
}

/** Something that is sent to a server, whose refusal stands beside what was pressed. */
export function useServerCommand(send: () => Promise<void>, onDone?: () => void): ServerCommand {
  const {
    mutate,
    isPending: isBusy,
    error,
  } = useMutation({mutationFn: send, ...(onDone && {onSuccess: onDone})})
  return {run: () => mutate(), isBusy, error: error?.message ?? null}
}

/** The same of what somebody may have to confirm, one question after the other. */
export function useConfirmedCommand(
  send: (confirmed: Confirmed) => Promise<void>,
  onDone?: () => void,
): ConfirmedCommand {
  const {
    mutate,
    variables: confirmed = {},
    isPending: isBusy,
    error,
  } = useMutation({mutationFn: send, ...(onDone && {onSuccess: onDone})})
  const asks = error instanceof Problem ? error.body.confirm_with : undefined
  return {
    run: () => mutate({}),
    isBusy,
    error: error?.message ?? null,
    anyway: asks === undefined ? null : {asks, run: () => mutate({...confirmed, [asks]: true})},
  }
}
