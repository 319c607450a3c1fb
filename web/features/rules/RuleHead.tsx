import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Copy, Ellipsis, FileClock, History, Play, Trash2} from 'lucide-react'
import {useState} from 'react'
import {
  copyRule,
  previewQuery,
  resumeRule,
  type Rule,
  type RuleDefinition,
  type RuleMode,
  type RulePreview,
} from '../../api/rules.ts'
import {exactTime} from '../../i18n/format-time.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {bytes, written} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import {lazyDialog} from '../../ui/lazy-part.ts'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {Note} from '../../ui/Note.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {actionWords, pausedWords} from '../explain/action-words.ts'
import {
  kindOf,
  latelyWords,
  waitingWords,
  watchedTime,
  type Lately,
  type Preview,
  type Span,
} from './preview.ts'
import {ruleSentence} from './rule-verdict.ts'
import {whyNotRun} from './run-now.ts'
import {removed, switchRules} from './switch-rules.ts'
import {nothingDone, useRuleWeeks} from './rule-week.ts'
import {WeekDays} from './RuleWeekCell.tsx'
import {useSentenceWords} from './use-sentence-words.ts'

export const RunNowDialog = lazyDialog([], async () => (await import('./RunNowDialog.tsx')).RunNowDialog)

const VersionsDialog = lazyDialog([], async () => (await import('./VersionsDialog.tsx')).VersionsDialog)

/** What a rule is called, whether it acts, and what keeps it from that. */
export function RuleHead({
  rule,
  preview,
  mayManage,
  onVersion,
}: {
  rule: RuleDefinition
  preview: Preview
  mayManage: boolean
  /** Writes a text that it had into the editor. */
  onVersion: (yaml: string) => void
}) {
  const now = useNow(60_000)
  const {send, error} = useSending()
  const [asked, setAsked] = useState<'live' | 'remove' | 'run' | 'versions' | null>(null)
  const {id, name, origin, suspended, trial_until: trial} = rule
  const asksFirst = rule.configured_mode === 'ask'
  const switchTo = (mode: RuleMode) => {
    if (mode === 'live' && (origin === 'user' || asksFirst)) return setAsked('live')
    void send(() => switchRules([rule], name, mode))
  }
  return (
    <div className="grid gap-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="min-w-0 flex-1 basis-60 text-20/tight font-bold tracking-[-.015em] wrap-anywhere">
          {name}
        </h1>
        {mayManage && (
          <Segmented
            value={rule.mode_then ?? rule.mode}
            onChange={switchTo}
            label={text('rules.mode')}
            options={modesOf(rule).map((value) => ({value, label: text(`rules.mode.${value}`)}))}
          />
        )}
        <RuleMenu rule={rule} mayManage={mayManage} onAsk={setAsked} />
      </div>
      <RuleVerdict rule={rule} />
      {origin === 'preset' && (
        <p className="text-text-2">{text(asksFirst ? 'rules.preset.asks' : 'rules.preset')}</p>
      )}
      {rule.mode_then !== null && <Note tone="warn">{text('watch.lead')}</Note>}
      {rule.obstacle && <Note tone="warn">{text(obstacles[rule.obstacle])}</Note>}
      {keepsByGone(rule) && <GoneNote gone={rule.gone} />}
      {rule.cannot.length > 0 && (
        <Note tone="warn">
          {text('rules.cannot')}
          <ul className="list-disc pl-5">
            {rule.cannot.map((it) => (
              <li key={`${it.server_id} ${it.action}`}>
                {text('rules.cannot.of', {
                  server: it.server_name,
                  what: actionWords(it.action),
                  reason: it.reason,
                })}
              </li>
            ))}
          </ul>
        </Note>
      )}
      {suspended && (
        <Note
          tone="warn"
          action={
            mayManage && (
              <Button onClick={() => void send(() => resumeRule(id))}>{text('rules.resume')}</Button>
            )
          }
        >
          {text('rules.suspended.says', {
            // What the program says at length holds what resuming lets it do.
            why:
              typeof suspended.detail['message'] === 'string'
                ? suspended.detail['message']
                : pausedWords(suspended),
            when: exactTime(suspended.at, now),
          })}
        </Note>
      )}
      {trial !== null && rule.mode === 'simulate' && (
        <p className="num text-12 text-text-2">{text('rules.trial', {when: exactTime(trial, now)})}</p>
      )}
      {error !== '' && (
        <Note tone="bad" isNews>
          {error}
        </Note>
      )}
      {asked === 'live' && <GoLiveDialog rule={rule} preview={preview} onClose={() => setAsked(null)} />}
      {asked === 'run' && <RunNowDialog rules={[rule]} onClose={() => setAsked(null)} />}
      {asked === 'versions' && (
        <VersionsDialog
          rule={rule}
          onBack={mayManage && rule.may === 'edit' ? onVersion : null}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === 'remove' && <RemoveDialog rule={rule} onClose={() => setAsked(null)} />}
    </div>
  )
}

/** By what it keeps and is not there. */
function GoneNote({gone}: {gone: readonly string[]}) {
  const names = useSentenceWords()?.names
  return (
    <Note tone="warn">{text('rules.gone', {names: gone.map((it) => names?.get(it) ?? it).join(', ')})}</Note>
  )
}

/** The sentence that settles it, about the rule as it is saved. */
function RuleVerdict({rule}: {rule: RuleDefinition}) {
  const now = useNow(60_000)
  const weeks = useRuleWeeks()
  const {data: preview} = useQuery({...previewQuery(rule.yaml ?? '', rule.id), enabled: rule.yaml !== null})
  // It did nothing where nothing of it was read.
  const its = weeks && (weeks.get(rule.id) ?? nothingDone)
  const sentence = ruleSentence({rule, week: its, preview: preview ?? null}, now)
  // Its place, so that nothing moves when it comes.
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <p className="min-h-5 text-14 font-medium text-pretty wrap-anywhere">{sentence}</p>
      {its && <WeekDays week={its} rules={[rule.id]} />}
    </div>
  )
}

export const obstacles = {
  unreadable: 'rules.unreadable',
  unreadable_keeps: 'rules.unreadable-keeps',
  not_evaluated: 'rules.not-evaluated',
  owner_gone: 'rules.owner-gone',
  key_ended: 'rules.key-ended',
  no_server: 'rules.no-server',
  id_unknown: 'rules.id-unknown',
} as const

/** What it keeps by is not there, so that no rule removes what it may be about. */
export function keepsByGone({gone, mode, obstacle}: Rule): boolean {
  return gone.length > 0 && obstacle === null && (mode === 'live' || mode === 'ask')
}

/**
 * What is wanted is never asked about. A preset is never more than the configuration says, but one that asks may be let act,
 * and one that acts may ask.
 */
export function modesOf({configured_mode: configured, subject}: Rule): readonly RuleMode[] {
  if (subject === 'wanted') return ['off', 'simulate', 'live']
  if (configured === null) return ['off', 'simulate', 'ask', 'live']
  const lowered: readonly RuleMode[] = ['off', 'simulate']
  if (configured === 'off') return ['off']
  if (configured === 'ask' || configured === 'live') return [...lowered, 'ask', 'live']
  return lowered
}

function RuleMenu({
  rule,
  mayManage,
  onAsk,
}: {
  rule: Rule
  mayManage: boolean
  onAsk: (what: 'remove' | 'run' | 'versions') => void
}) {
  const navigate = useNavigate()
  const {send} = useSending()
  const {id, may, origin} = rule
  const copy = () =>
    void send(async () => {
      const {id: made} = await copyRule(id)
      await navigate({to: '/rules', search: {rule: made}})
    })
  const entries: readonly MenuEntry[] = [
    {
      id: 'journal',
      label: text('rules.journal'),
      icon: History,
      onSelect: () => void navigate({to: '/activity', search: {rule: id, hidden: true}}),
    },
    // Texts of a rule of the configuration stand in its file.
    ...(origin === 'user'
      ? [{id: 'versions', label: text('rules.versions'), icon: FileClock, onSelect: () => onAsk('versions')}]
      : []),
    ...(mayManage
      ? [
          {
            id: 'run',
            label: text('rules.run'),
            icon: Play,
            disabledReason: whyNotRun(rule) ?? undefined,
            onSelect: () => onAsk('run'),
          },
        ]
      : []),
    ...(mayManage ? [{id: 'copy', label: text('rules.copy'), icon: Copy, onSelect: copy}] : []),
    ...(mayManage && may === 'edit'
      ? [{id: 'remove', label: text('rules.remove'), icon: Trash2, onSelect: () => onAsk('remove')}]
      : []),
  ]
  return (
    <DropdownMenu
      label={rule.name}
      align="end"
      entries={entries}
      trigger={<IconButton icon={Ellipsis} label={text('rules.more')} />}
    />
  )
}

function RemoveDialog({rule: {id, name}, onClose}: {rule: Rule; onClose: () => void}) {
  const navigate = useNavigate()
  return (
    <ConfirmDialog
      title={text('rules.remove.title')}
      says={text('rules.remove.says', {name})}
      verb={text('rules.remove.do')}
      work={async () => {
        await removed({id, name})
        await navigate({to: '/rules', search: {}})
      }}
      onClose={onClose}
    />
  )
}

/** Before a rule acts by itself: what it would do now, and whether it has proved itself. */
export function GoLiveDialog({rule, preview, onClose}: {rule: Rule; preview: Preview; onClose: () => void}) {
  const now = useNow(60_000)
  const {name, trial_until: trial, configured_mode: configured} = rule
  const {data} = preview
  return (
    <ConfirmDialog
      title={text('rules.live.title', {name})}
      says={text('rules.live.says')}
      verb={text('rules.live.do')}
      work={() => switchRules([rule], name, 'live', true)}
      onClose={onClose}
    >
      <div className="grid gap-2.5">
        {data && <p className="font-medium">{wouldWords(data)}</p>}
        {data?.lately && (
          <LatelyList lately={data.lately} subject={data.subject} span="day" since={rule.revised_at} />
        )}
        {data && waitingWords(data).map((words) => <p key={words}>{words}</p>)}
        {configured === 'ask' && <Note tone="warn">{text('rules.live.unasked')}</Note>}
        {trial !== null && (
          <Note tone="warn">{text('rules.live.untried', {when: exactTime(trial, now)})}</Note>
        )}
      </div>
    </ConfirmDialog>
  )
}

function wouldWords({subject, would_act: {count, bytes: size}}: RulePreview): string {
  if (count === 0) return text('rules.live.would-nothing')
  const words = {count, size: written(bytes(size))}
  return text(`rules.live.would${kindOf(subject)}`, words)
}

/** What a rule wanted within a day or a week, while it only simulated; of the day also by action. */
export function LatelyList({
  lately,
  subject,
  span,
  since,
}: {
  lately: Lately
  subject: RulePreview['subject']
  span: Span
  /** As it stands it was first looked at then; `null` = not known. */
  since: number | null
}) {
  const time = watchedTime(span, since, useNow(60_000))
  const {count, gone} = lately[span]
  return (
    <div className="grid gap-1 text-12 text-pretty text-text-2">
      <p>{latelyWords(lately[span], subject, time)}</p>
      {span === 'day' && lately.actions.length > 0 && (
        <ul className="num list-disc pl-5">
          {lately.actions.map((it) => (
            <li key={it.name}>
              {text('rules.lately.action', {
                what: actionWords(it.name),
                count: it.count,
                size: written(bytes(it.bytes)),
              })}
            </li>
          ))}
        </ul>
      )}
      {count > 0 && gone > 0 && <p>{text('rules.lately.more-gone', {count: gone})}</p>}
    </div>
  )
}
