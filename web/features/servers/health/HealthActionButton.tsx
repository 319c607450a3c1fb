import {useMutation} from '@tanstack/react-query'
import type {LiveServer} from '#model/live.ts'
import {isTrouble} from '#model/server-trouble.ts'
import {changeServer, identifyServer, testServer} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {serverNow, useNow} from '../../../live/clock.ts'
import {announce} from '../../../ui/announce.ts'
import {Button} from '../../../ui/Button.tsx'
import {Note} from '../../../ui/Note.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {openServerDialog} from '../server-dialogs.ts'
import {troubleSentence} from '../server-words.ts'
import {actionFor, healthLook, type HealthAction} from '../health-words.ts'

/** The one next step for a server that is not well; nothing when there is none. */
export function HealthActionButton({server, inLine = false}: {server: LiveServer; inLine?: boolean}) {
  const step = useHealthAction(server)
  if (step === null) return null
  if (step === 'identify') return <IdentityButtons server={server} />
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
} as const satisfies Record<Exclude<HealthAction, 'identify'>, string>

/** Only a person knows whether somebody exchanged it. */
function IdentityButtons({server: {server_id: id}}: {server: LiveServer}) {
  const answer = useMutation({
    mutationFn: (is: 'same' | 'another') => identifyServer(id, is),
    onError: (error) => toast({text: error.message, tone: 'bad'}),
  })
  const waitsFor = answer.isPending ? text('server.action.trying') : undefined
  return (
    <span className="flex flex-wrap gap-2">
      <Button onClick={() => answer.mutate('same')} waitsFor={waitsFor}>
        {text('server.action.same')}
      </Button>
      <Button onClick={() => answer.mutate('another')} waitsFor={waitsFor}>
        {text('server.action.another')}
      </Button>
    </span>
  )
}

/** What can be done about a server's health; `null` = nothing, or nothing that this person may do. */
function useHealthAction(
  server: LiveServer,
): {readonly label: string; readonly isBusy: boolean; readonly run: () => void} | 'identify' | null {
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
  if (action === null || action === 'identify') return action
  const runs: {readonly [A in Exclude<HealthAction, 'identify'>]: () => void} = {
    try: () => attempt.mutate(),
    on: () => switchOn.mutate(),
    password: () => openServerDialog({name: 'edit', id, focus: 'password'}),
    edit: () => openServerDialog({name: 'edit', id, focus: 'address'}),
    answer: () => openServerDialog({name: 'answer', id}),
  }
  return {label: text(labels[action]), isBusy: attempt.isPending || switchOn.isPending, run: runs[action]}
}

/** Cause, consequence, next try and one action; nothing while all is well. */
export function TroubleLine({server, className}: {server: LiveServer; className?: string | undefined}) {
  if (!isTrouble(server)) return null
  const {tone, icon} = healthLook(server)
  return (
    <Note
      tone={tone === 'warn' ? 'warn' : 'bad'}
      icon={typeof icon === 'string' ? undefined : icon}
      action={<HealthActionButton server={server} inLine />}
      className={className}
    >
      <Sentence server={server} />
    </Note>
  )
}

const MINUTE_MS = 60_000

/** Alone it is written again as time goes by: there may be hundreds of them. */
function Sentence({server}: {server: LiveServer}) {
  const {next_try_at: next} = server
  const now = useNow(next === null || next - serverNow() > MINUTE_MS ? 10_000 : 1000)
  return <>{troubleSentence(server, now)}</>
}
