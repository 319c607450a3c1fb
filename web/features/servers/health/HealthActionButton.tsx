import type {LiveServer} from '#model/live.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {useHealthAction} from './use-health-action.ts'

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
