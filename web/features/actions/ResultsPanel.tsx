import {Link, useNavigate} from '@tanstack/react-router'
import {ChevronDown, ChevronUp, CircleCheck, CircleHelp, CircleX, X} from 'lucide-react'
import {useState, type ReactNode} from 'react'
import type {RecentAction} from '../../api/actions.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {useCopy} from '../../ui/CopyText.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {Meter} from '../../ui/Meter.tsx'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {usePhone} from '../../ui/use-media.ts'
import {counted, doneWords, verbWords} from './action-words.ts'
import {cancel, retry, runningActions, undoOne} from './run-action.ts'
import {
  canConfirm,
  causeWords,
  confirmWords,
  groupTitle,
  moreOfCause,
  resultGroups,
  resultText,
  resultTitle,
  whereDone,
  type ProblemGroup,
  type ResultGroups,
} from './result-groups.ts'
import {
  dismiss,
  FAR_STEP_MS,
  farWords,
  goesOnAlone,
  shareOf,
  useResults,
  useRunning,
  type Unsent,
} from './results.ts'

/** What is under way, and what did not go well, at the lower right until it is put away; dialogs lie over it. */
export function ResultsPanel() {
  const {actions, unsent} = useResults()
  const running = useRunning(runningActions)
  if (actions.length + unsent.length + running.length === 0) return null
  return (
    <section
      aria-label={text('result.panel')}
      className="fixed right-4 bottom-[calc(var(--status-h)+var(--hints-h)+var(--ledger-h)+12px)] z-panel flex max-h-[min(70dvh,560px)] w-100 max-w-[calc(100vw-24px)] flex-col gap-2 overflow-y-auto rounded-l shadow-3 max-phone:inset-x-3 max-phone:bottom-[calc(122px+env(safe-area-inset-bottom))] max-phone:w-auto short:bottom-12! short:max-h-[50dvh]!"
    >
      <Running actions={running} />
      {unsent.map((it) => (
        <UnsentResult key={it.id} result={it} />
      ))}
      {actions.map((it) => (
        <ActionResult key={it.action_id} action={it} />
      ))}
    </section>
  )
}

/** One line where there is little room or more than one, until somebody wants to see them all. */
function Running({actions}: {actions: readonly RecentAction[]}) {
  const isPhone = usePhone()
  const [wants, setWants] = useState<boolean | null>(null)
  const isWhole = wants ?? (actions.length === 1 && !isPhone)
  const now = useNow(FAR_STEP_MS)
  const [one] = actions
  if (one === undefined) return null
  const label = text(isWhole ? 'result.running.fold' : 'result.running.unfold')
  const fold = (
    <IconButton
      label={label}
      icon={isWhole ? ChevronDown : ChevronUp}
      size="small"
      aria-expanded={isWhole}
      onClick={() => setWants(!isWhole)}
    />
  )
  const hide = (those: readonly RecentAction[]) => (
    <IconButton
      label={text('result.running.hide')}
      icon={X}
      size="small"
      onClick={() => those.forEach(({action_id: id}) => runningActions.putAside(id))}
    />
  )
  if (!isWhole) {
    const words =
      actions.length === 1
        ? text('result.running', {verb: verbWords(one.verb), far: farWords(one, now)})
        : text('result.running.several', {count: actions.length})
    const share = actions.reduce((sum, it) => sum + shareOf(it), 0) / actions.length
    return (
      <article className="flex shrink-0 items-center gap-2 rounded-l bg-raised py-1 pr-1.5 pl-3.5">
        <b className="num min-w-0 flex-1 text-pretty font-medium">{words}</b>
        <Meter share={share} label={words} tone="accent" className="h-1! w-16! shrink-0" />
        {fold}
        {hide(actions)}
      </article>
    )
  }
  return actions.map((it, at) => (
    <RunningAction key={it.action_id} action={it}>
      {at === 0 && fold}
      {hide([it])}
    </RunningAction>
  ))
}

/** How far something is that takes its time. */
function RunningAction({action, children}: {action: RecentAction; children: ReactNode}) {
  const {action_id: id, verb, state, cancelled} = action
  const now = useNow(FAR_STEP_MS)
  const [isBusy, setBusy] = useState(false)
  const end = async () => {
    setBusy(true)
    await cancel(id)
    setBusy(false)
  }
  const words = text('result.running', {verb: verbWords(verb), far: farWords(action, now)})
  return (
    <article className="grid shrink-0 gap-1.5 rounded-l bg-raised px-3.5 py-2.5">
      <div className="-mr-2 flex items-center">
        <b className="num min-w-0 flex-1 font-medium">{words}</b>
        {children}
      </div>
      <Meter share={shareOf(action)} label={words} tone="accent" className="h-1!" />
      <div className="flex items-center gap-3">
        <p className="min-w-0 flex-1 text-12 text-pretty text-text-2">
          {text(cancelled ? 'result.running.cancelled' : 'result.running.goes-on')}
        </p>
        {goesOnAlone(action) && (
          <Link to="/activity" search={{show: 'waiting'}} className={textLinkClass}>
            {text('result.running.waits')}
          </Link>
        )}
        {!cancelled && state === 'running' && (
          <TextButton
            aria-label={text('result.cancel.which', {verb: verbWords(verb)})}
            disabled={isBusy}
            onClick={() => void end()}
          >
            {text('result.cancel')}
          </TextButton>
        )}
      </div>
    </article>
  )
}

/** Something that could not be asked for at all, and the way to try again where that may help. */
function UnsentResult({result: {id, title, words, again}}: {result: Unsent}) {
  return (
    <article className="grid grid-cols-[18px_minmax(0,1fr)_auto] items-start gap-2.5 rounded-l bg-raised py-2.5 pr-1.5 pl-3.5">
      <Icon icon={CircleX} className="mt-0.5 text-st-error" />
      <div className="grid gap-1.5">
        <b className="font-medium">{title}</b>
        <p className="text-12 text-pretty wrap-anywhere text-text-2">{words}</p>
        {again !== null && (
          <div>
            <Button
              onClick={() => {
                dismiss(id)
                again()
              }}
            >
              {text('result.again')}
            </Button>
          </div>
        )}
      </div>
      <IconButton label={text('result.put-away')} icon={X} size="small" onClick={() => dismiss(id)} />
    </article>
  )
}

/** What became of one action: done, and each cause of what is not. */
function ActionResult({action}: {action: RecentAction}) {
  const groups = resultGroups(action)
  return (
    <article className="shrink-0 overflow-clip rounded-l bg-raised">
      <header className="flex min-h-9 items-center pr-1 pl-3.5">
        <b className="num min-w-0 flex-1 truncate font-bold">{resultTitle(action)}</b>
        <IconButton label={text('result.put-away')} icon={X} onClick={() => dismiss(action.action_id)} />
      </header>
      <ResultShares counts={action.counts} />
      <ul className="divide-y divide-line">
        {groups.done.count > 0 && <DoneRow verb={action.verb} groups={groups} />}
        {groups.problems.map((group) => (
          <ProblemRow key={`${group.outcome} ${group.message}`} group={group} />
        ))}
      </ul>
      {groups.omitted > 0 && (
        <p className="border-t border-line px-3.5 py-1.5 text-12 text-text-2">
          {counted('result.omitted', groups.omitted)}
        </p>
      )}
      {confirmWords(action, groups).map((line) => (
        <p key={line} className="border-t border-line px-3.5 py-1.5 text-12 text-pretty text-text-2">
          {line}
        </p>
      ))}
      <Footer action={action} groups={groups} />
    </article>
  )
}

function DoneRow({verb, groups}: {verb: string; groups: ResultGroups}) {
  return (
    <li className="grid grid-cols-[18px_minmax(0,1fr)] items-center gap-2.5 px-3.5 py-1.5">
      <Icon icon={CircleCheck} className="text-st-seeding" />
      <span className="grid">
        <b className="font-medium">{doneWords(verb, groups.done.count)}</b>
        <span className="text-12 text-text-2">{whereDone(groups.done)}</span>
      </span>
    </li>
  )
}

/** How often it is asked whether it can still be undone. */
const UNDO_STEP_MS = 10_000

function Footer({action, groups}: {action: RecentAction; groups: ResultGroups}) {
  const [isCopied, copy] = useCopy()
  const [isBusy, setBusy] = useState(false)
  const again = async (isConfirmed = false) => {
    setBusy(true)
    await retry(action.action_id, isConfirmed)
    setBusy(false)
  }
  const takeBack = async () => {
    setBusy(true)
    await undoOne(action.action_id)
    setBusy(false)
  }
  const busy = isBusy ? text('result.retrying') : undefined
  const {possible, until, count: undoable} = action.undo
  const now = useNow(UNDO_STEP_MS)
  const canUndo = possible && until !== null && until > now
  return (
    <footer className="flex items-center gap-4 border-t border-line bg-bg py-1.5 pr-2 pl-3.5">
      <TextButton onClick={() => void copy(resultText(action, groups))}>
        {text(isCopied ? 'copy.copied' : 'copy.copy')}
      </TextButton>
      {canUndo && (
        <TextButton disabled={isBusy} onClick={() => void takeBack()}>
          {counted('result.undo', undoable)}
        </TextButton>
      )}
      {action.retryable > 0 && (
        <Button className="ml-auto" waitsFor={busy} onClick={() => void again()}>
          {counted('result.retry', action.retryable)}
        </Button>
      )}
      {canConfirm(action) && (
        <Button variant="danger" waitsFor={busy} onClick={() => void again(true)}>
          {text('result.anyway')}
        </Button>
      )}
    </footer>
  )
}

/** How much ended how, as a bar; the rows below say it in words. */
function ResultShares({counts}: {counts: RecentAction['counts']}) {
  const {done, failed, refused, unconfirmed} = counts
  return (
    <div aria-hidden className="flex h-1 bg-line">
      <span className="kit-fill bg-st-seeding" style={{flexGrow: done}} />
      <span className="kit-fill bg-st-error" style={{flexGrow: failed + refused}} />
      <span className="kit-fill bg-st-stalled" style={{flexGrow: unconfirmed}} />
    </div>
  )
}

/** One cause in one sentence; on demand all that was said of it, and whom it concerns. */
function ProblemRow({group}: {group: ProblemGroup}) {
  const [isOpen, setOpen] = useState(false)
  const more = moreOfCause(group)
  const isUnsure = group.outcome === 'unconfirmed'
  return (
    <li className="grid grid-cols-[18px_minmax(0,1fr)_auto] items-center gap-2.5 py-1.5 pr-2 pl-3.5">
      <Icon
        icon={isUnsure ? CircleHelp : CircleX}
        className={isUnsure ? 'text-st-stalled' : 'text-st-error'}
      />
      <span className="grid min-w-0">
        <b className="font-medium">{groupTitle(group)}</b>
        <span className="text-12 text-pretty wrap-anywhere text-text-2">{causeWords(group)}</span>
      </span>
      <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {text('result.details')}
      </Button>
      {isOpen && (
        <div className="col-span-2 col-start-2 grid max-h-40 gap-1 overflow-y-auto">
          {more !== '' && <p className="text-12 text-pretty wrap-anywhere text-text-2">{more}</p>}
          <Items items={group.items} />
        </div>
      )}
    </li>
  )
}

function Items({items}: {items: ProblemGroup['items']}) {
  const navigate = useNavigate()
  return (
    <ul>
      {items.map(({key, name}) => (
        <li key={key}>
          <button
            type="button"
            className="block w-full rounded-s py-0.5 text-left text-12 text-accent-strong hover:underline focus-visible:shadow-focus-in pointer-coarse:py-3"
            onClick={() => void navigate({to: '/torrents', search: (before) => ({...before, at: key})})}
          >
            <MiddleText>{name}</MiddleText>
          </button>
        </li>
      ))}
    </ul>
  )
}
