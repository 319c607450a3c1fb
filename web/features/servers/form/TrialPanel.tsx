import {CircleCheck, CircleX, TriangleAlert} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {kindName} from '../server-words.ts'
import {
  formFindings,
  needsLogIn,
  trialFindings,
  type Finding,
  type OtherWay,
  type Trial,
  type TrialState,
} from './trial.ts'
import type {ServerFormState} from './use-server-form.ts'

const looks = {
  good: {icon: CircleCheck, ink: 'text-st-seeding'},
  warn: {icon: TriangleAlert, ink: 'text-st-stalled'},
  bad: {icon: CircleX, ink: 'text-st-error'},
} as const

/** What was found at the address: in the same place all the time, so that nothing moves. */
export function TrialPanel({state, trial}: {state: ServerFormState; trial: TrialState}) {
  const {form, understood} = state
  const found = findingsOf(trial, state)
  const other = trial.trial.state === 'done' && trial.isCurrent ? trial.trial.other : undefined
  return (
    <section
      aria-label={text('server.trial.label')}
      aria-live="polite"
      className="overflow-clip rounded-l border border-line-strong"
    >
      <header className="flex min-h-10 items-center gap-2 bg-sunken py-1 pr-1.5 pl-3">
        <b className="shrink-0">{headOf(trial)}</b>
        <span className="min-w-0 flex-1 truncate text-text-2">
          {versionOf(trial.trial, kindName(form.kind))}
        </span>
        <Button
          variant="ghost"
          onClick={trial.test}
          waitsFor={trial.trial.state === 'running' ? text('server.trial.running') : undefined}
          disabledReason={understood === null ? text('server.trial.no-address') : undefined}
        >
          {text(trial.trial.state === 'idle' ? 'server.trial.test' : 'server.trial.again')}
        </Button>
      </header>
      <ul className="min-h-[105px]">
        {trial.trial.state === 'running' && (
          <li className="border-t border-line px-3 py-3">
            <Skeleton width="55%" />
          </li>
        )}
        {found.map((finding) => (
          <FindingRow key={finding.id} finding={finding} />
        ))}
        {other !== undefined && (
          <li className="border-t border-line py-[7px] pr-3 pl-10">
            <TextButton className="whitespace-normal" onClick={() => trial.take(other)}>
              {otherWords(other, form.kind)}
            </TextButton>
          </li>
        )}
        {found.length === 0 && trial.trial.state !== 'running' && (
          <li className="border-t border-line px-3 py-2 text-text-3">{text('server.trial.hint')}</li>
        )}
      </ul>
    </section>
  )
}

function FindingRow({finding: {tone, words, more}}: {finding: Finding}) {
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)] gap-2 border-t border-line px-3 py-[7px]">
      <Icon icon={looks[tone].icon} className={`mt-0.5 ${looks[tone].ink}`} />
      <span className="flex min-w-0 flex-wrap justify-between gap-x-3 text-pretty wrap-anywhere">
        <span>{words}</span>
        {more !== undefined && <span className="text-text-3">{more}</span>}
      </span>
    </li>
  )
}

function findingsOf(
  {trial, isCurrent, twins}: TrialState,
  {form, understood}: ServerFormState,
): readonly Finding[] {
  const known = understood === null ? [] : formFindings(form, understood, twins)
  if (trial.state === 'refused') return [{id: 'refused', tone: 'bad', words: trial.words}, ...known]
  if (trial.state !== 'done' || !isCurrent) return known
  return [...trialFindings(trial.trial, trial.isKnock, form), ...known]
}

/** What to take instead, and that it answers. */
function otherWords({kind, address}: OtherWay, selected: string): string {
  if (kind === selected) return text('server.trial.other-address', {address})
  return text('server.trial.other-kind', {kind: kindName(kind)})
}

function headOf({trial, isCurrent}: TrialState): string {
  if (trial.state === 'running') return text('server.trial.running')
  if (trial.state === 'refused') return text('server.trial.untested')
  if (trial.state === 'idle') return text('server.trial.untested')
  if (!isCurrent) return text('server.trial.outdated')
  if (trial.trial.ok) return text('server.trial.works')
  return text(trial.isKnock && needsLogIn(trial.trial) ? 'server.trial.answers' : 'server.trial.fails')
}

function versionOf(trial: Trial, kind: string): string {
  if (trial.state !== 'done') return ''
  const {version} = trial.trial
  return version === null ? '' : `${kind} ${version}`
}
