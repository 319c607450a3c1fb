import {Check, Copy} from 'lucide-react'
import {lazy, Suspense, useState, type FormEvent} from 'react'
import {confirmTwoStep, startTwoStep} from '../../api/accounts.ts'
import {text} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {CopyText, useCopy} from '../../ui/CopyText.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Field} from '../../ui/Field.tsx'
import {Input, PasswordInput} from '../../ui/Input.tsx'
import {Note} from '../../ui/Note.tsx'
import {useSending} from '../../ui/use-sending.ts'

const QrCode = lazy(async () => ({default: (await import('./QrCode.tsx')).QrCode}))

type Step =
  | {readonly at: 'password'}
  | {readonly at: 'code'; readonly secret: string; readonly uri: string}
  | {readonly at: 'recovery'; readonly codes: readonly string[]}

const titles = {
  password: 'account.two_step.start',
  code: 'account.two_step.scan',
  recovery: 'account.two_step.recovery',
} as const

/** Password, then the picture for the authenticator and its first code, then the recovery codes. */
export function TwoStepStartDialog({onClose}: {onClose: () => void}) {
  const [step, setStep] = useState<Step>({at: 'password'})
  const [typed, setTyped] = useState('')
  const {send, isBusy, error} = useSending()
  const advance = async () => {
    if (step.at === 'password') {
      const {secret, uri} = await startTwoStep(typed)
      setStep({at: 'code', secret, uri})
    } else if (step.at === 'code') setStep({at: 'recovery', codes: await confirmTwoStep(typed)})
    setTyped('')
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send(advance)
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="s"
      title={text(titles[step.at])}
      footer={
        step.at === 'recovery' ? (
          <Button variant="primary" onClick={onClose}>
            {text('account.two_step.kept')}
          </Button>
        ) : (
          <Button
            type="submit"
            form="two-step"
            variant="primary"
            waitsFor={isBusy ? text('account.saving') : undefined}
          >
            {text('account.next')}
          </Button>
        )
      }
    >
      <form id="two-step" className="grid gap-4" onSubmit={submit}>
        {step.at === 'password' && (
          <Field label={text('login.password')}>
            <PasswordInput
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="current-password"
              required
            />
          </Field>
        )}
        {step.at === 'code' && <Scan step={step} typed={typed} onType={setTyped} />}
        {step.at === 'recovery' && <Recovery codes={step.codes} />}
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </form>
    </Dialog>
  )
}

function Scan({
  step,
  typed,
  onType,
}: {
  step: {readonly secret: string; readonly uri: string}
  typed: string
  onType: (typed: string) => void
}) {
  return (
    <>
      <p className="text-text-2">{text('account.two_step.scan.how')}</p>
      <div className="grid justify-items-center gap-2">
        <Suspense fallback={<div className="size-45" />}>
          <QrCode value={step.uri} label={text('account.two_step.qr')} />
        </Suspense>
        <CopyText value={step.secret} label={text('account.copy')} isMono />
      </div>
      <Field label={text('account.two_step.first_code')}>
        <Input
          value={typed}
          onChange={(event) => onType(event.target.value)}
          autoComplete="one-time-code"
          inputMode="numeric"
          isMono
          required
        />
      </Field>
    </>
  )
}

function Recovery({codes}: {codes: readonly string[]}) {
  const [isCopied, copy] = useCopy()
  return (
    <>
      <Note tone="warn">{text('account.two_step.recovery.says')}</Note>
      <ul className="num grid grid-cols-2 gap-1 font-mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button
        icon={isCopied ? Check : Copy}
        className="justify-self-start"
        onClick={() => void copy(codes.join('\n'))}
      >
        {text(isCopied ? 'copy.copied' : 'account.two_step.recovery.copy')}
      </Button>
    </>
  )
}
