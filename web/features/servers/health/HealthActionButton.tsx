import {useMutation} from '@tanstack/react-query'
import type {LiveServer} from '#model/live.ts'
import {changeServer, testServer} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {announce} from '../../../ui/announce.ts'
import {Button} from '../../../ui/Button.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {toast} from '../../../ui/toast.ts'
import {openServerDialog} from '../dialogs/server-dialogs.ts'
import {actionFor, type HealthAction} from './health-words.ts'

/** The one next step for a server that is not well; nothing when there is none. */
export function HealthActionButton({server, inLine = false}: {server: LiveServer; inLine?: boolean}) {
  const step = useHealthAction(server)
  if (step === null) return null
  if (inLine) {
    return (
      <TextButton onClick={step.run} aria-disabled={step.isBusy || undefined}>
        {step.isBusy ? text('server.action.trying') : step.label}
      </TextButton>
    )
  }
  return (
    <Button onClick={step.run} waitsFor={step.isBusy ? text('server.action.trying') : undefined}>
      {step.label}
    </Button>
  )
}

const labels = {
  try: 'server.action.try',
  password: 'server.action.password',
  answer: 'server.action.answer',
  edit: 'server.action.edit',
  on: 'server.action.on',
} as const satisfies Record<HealthAction, string>

/** What can be done about a server's health; `null` = nothing, or nothing that this person may do. */
function useHealthAction(
  server: LiveServer,
): {readonly label: string; readonly isBusy: boolean; readonly run: () => void} | null {
  const {server_id: id, server_name: name} = server
  const attempt = useMutation({
    mutationFn: () => testServer(id),
    onSuccess: ({ok, advice}) => announce(ok ? text('server.tried.well', {name}) : advice),
    onError: (error) => toast({text: error.message, tone: 'bad'}),
  })
  const switchOn = useMutation({
    mutationFn: () => changeServer(id, {enabled: true}),
    onError: (error) => toast({text: error.message, tone: 'bad'}),
  })
  const action = actionFor(server, server.access)
  if (action === null) return null
  const runs: {readonly [A in HealthAction]: () => void} = {
    try: () => attempt.mutate(),
    on: () => switchOn.mutate(),
    password: () => openServerDialog({name: 'edit', id, focus: 'password'}),
    edit: () => openServerDialog({name: 'edit', id, focus: 'address'}),
    answer: () => openServerDialog({name: 'answer', id}),
  }
  return {label: text(labels[action]), isBusy: attempt.isPending || switchOn.isPending, run: runs[action]}
}
