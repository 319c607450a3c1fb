import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {ChevronRight, Hand, ChevronDown} from 'lucide-react'
import {useState} from 'react'
import {ruleQuery, switchRule, type ListedRule, type RuleDefinition, type RuleMode} from '../../api/rules.ts'
import {useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {joined} from '../../ui/joined.ts'
import {useSending} from '../../ui/use-sending.ts'
import {pausedWords} from '../explain/action-words.ts'
import {GoLiveDialog, modesOf} from './RuleHead.tsx'
import {usePreview} from './preview.ts'
import {ownOf, type RuleRow} from './rule-rows.ts'
import {doneWords, togetherOf, type RuleWeek} from './rule-week.ts'
import {RuleSays} from './RuleSays.tsx'
import {plainText} from './sentence-pieces.ts'

/** A rule as a sentence: what it does, where, what it did this week, and whether it acts. */
export function RuleRowLine({
  row,
  order,
  weeks,
  mayManage,
}: {
  row: RuleRow
  /** Within its group; `null` = it is off. */
  order: number | null
  weeks: ReadonlyMap<string, RuleWeek> | undefined
  mayManage: boolean
}) {
  const [isOpen, setOpen] = useState(false)
  const {rules, says, beside, name} = row
  const [{rule, section}] = rules as [RuleRow['rules'][number]]
  const did = doneWords(togetherOf(rules.flatMap((it) => weeks?.get(it.rule.id) ?? [])))
  const isSeveral = rules.length > 1
  // Its Arr is named already.
  const shown = beside.filter((it) => plainText(it) !== section)
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)_auto_auto] items-start gap-x-3 gap-y-0.5 px-3.5 py-2.5 max-phone:grid-cols-[minmax(0,1fr)_auto]">
      <span className="num pt-0.5 text-center text-12 text-text-3 max-phone:hidden">{order}</span>
      <div className="min-w-0 max-phone:col-span-full">
        {says.length === 0 ? (
          <p className="text-14/[1.5]">{text('rules.row.unreadable')}</p>
        ) : (
          <RuleSays row={row} mayManage={mayManage} />
        )}
        <p className="flex flex-wrap items-center gap-x-1.5 text-12/[1.5] text-text-3 wrap-anywhere">
          <Link
            to="/rules"
            search={{rule: rule.id}}
            data-hint="rule"
            className="relative inline-flex min-h-6 items-center font-medium text-text-2 hover:underline focus-visible:shadow-focus pointer-coarse:before:absolute pointer-coarse:before:-inset-y-3 pointer-coarse:before:inset-x-0"
          >
            {name}
          </Link>
          <Owner row={row} />
          {isSeveral && (
            <button
              type="button"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
              className="relative inline-flex min-h-6 min-w-6 items-center gap-0.5 rounded-s text-text-2 hover:underline focus-visible:shadow-focus pointer-coarse:before:absolute pointer-coarse:before:-inset-y-3 pointer-coarse:before:inset-x-0"
            >
              · {text('rules.row.several', {count: rules.length})}
              <Icon icon={ChevronRight} size={14} className={isOpen ? 'rotate-90' : ''} />
            </button>
          )}
          {shown.map((pieces) => (
            <span key={plainText(pieces)}>· {plainText(pieces)}</span>
          ))}
        </p>
        {rule.suspended && (
          <p className="text-12 text-st-stalled">
            <Icon icon={Hand} size={14} className="mr-1 inline-block align-[-2px]" />
            {text('rules.row.paused', {why: pausedWords(rule.suspended)})}{' '}
            <Link to="/rules" search={{rule: rule.id}} className={textLinkClass}>
              {text('rules.row.review')}
            </Link>
          </p>
        )}
      </div>
      <p className="num max-w-44 min-w-20 pt-0.5 text-right text-12 text-text-2 max-phone:max-w-none max-phone:text-left">
        {did === '' ? (weeks === undefined ? '' : '–') : did}
        {did !== '' && <span className="block text-text-3">{text('rules.row.week')}</span>}
      </p>
      <RowModeMenu name={name} rules={rules.map((it) => it.rule)} mayManage={mayManage} />
      {isOpen && (
        <ul className="col-span-full mt-1 grid gap-1 border-l border-line pl-3 phone:ml-8">
          {rules.map((it) => (
            <li key={it.rule.id} className="flex flex-wrap items-center gap-x-2 text-12 text-text-3">
              <Link to="/rules" search={{rule: it.rule.id}} className={textLinkClass}>
                {it.section}
              </Link>
              <span className="min-w-0 flex-1 wrap-anywhere">
                {ownOf(it, row).map(plainText).join(' · ')}
              </span>
              <RowModeMenu name={it.rule.name} rules={[it.rule]} mayManage={mayManage} />
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

/** Of presets their sections, of rules of others whose they are. */
function Owner({row: {rules}}: {row: RuleRow}) {
  const me = useSession().visitor?.user_id ?? null
  const [{rule, section}] = rules as [RuleRow['rules'][number]]
  const {owner} = rule
  if (owner !== null && owner.id !== me) {
    return <span>· {text('rules.row.owner', {name: owner.name})}</span>
  }
  if (section === '') return null
  return <span>· {rules.map((it) => it.section).join(', ')}</span>
}

const dots: Readonly<Record<RuleMode, string>> = {
  off: 'border-[1.5px] border-control',
  simulate: 'border-[1.5px] border-st-checking',
  ask: 'bg-accent',
  live: 'bg-st-seeding',
}

/** Whether the rules of a row act, and the switch for that. @param rules all in the same mode */
function RowModeMenu({
  name,
  rules,
  mayManage,
}: {
  name: string
  rules: readonly ListedRule[]
  mayManage: boolean
}) {
  const [rule] = rules as readonly [ListedRule, ...ListedRule[]]
  const {send, error} = useSending()
  const [isAsked, setAsked] = useState(false)
  const word = text(rule.suspended ? 'rules.row.mode.paused' : `rules.row.mode.${rule.mode}`)
  const shown = (
    <>
      <span
        aria-hidden
        className={joined('size-[7px] rounded-full', rule.suspended ? 'bg-st-stalled' : dots[rule.mode])}
      />
      {word}
    </>
  )
  const look = joined(
    'inline-flex h-6 w-[104px] items-center gap-1.5 rounded-s px-2 text-12 font-medium whitespace-nowrap',
    rule.suspended ? 'text-st-stalled' : 'text-text-2',
  )
  if (!mayManage) return <span className={look}>{shown}</span>
  // What asks before it acts, and what somebody wrote, is looked at before it acts by itself.
  const isShownFirst = (mode: RuleMode) =>
    mode === 'live' && rules.some((it) => it.origin === 'user' || it.configured_mode === 'ask')
  const switchTo = (mode: RuleMode) => {
    if (mode === rule.mode) return
    if (isShownFirst(mode)) return setAsked(true)
    void send(async () => {
      for (const {id} of rules) await switchRule(id, mode)
      toast({text: text('rules.switched', {name, mode: text(`rules.mode.${mode}`)})})
    })
  }
  return (
    <span>
      <DropdownMenu
        label={name}
        align="end"
        trigger={
          <button
            type="button"
            aria-label={text('rules.row.mode', {name, mode: word})}
            className={joined(look, 'hover:bg-press focus-visible:shadow-focus pointer-coarse:h-11')}
          >
            {shown}
            <Icon icon={ChevronDown} size={14} className="text-text-3" />
          </button>
        }
        entries={sharedModes(rules).map((mode) => ({
          id: mode,
          label: text(`rules.row.mode.${mode}`),
          checked: mode === rule.mode,
          disabledReason: rules.length > 1 && isShownFirst(mode) ? text('rules.row.mode.each') : undefined,
          onSelect: () => switchTo(mode),
        }))}
      />
      {error !== '' && (
        <span role="alert" className="block text-12 text-st-error">
          {error}
        </span>
      )}
      {isAsked && <BeforeLive id={rule.id} onClose={() => setAsked(false)} />}
    </span>
  )
}

/** What all of them may be. */
function sharedModes(rules: readonly ListedRule[]): readonly RuleMode[] {
  const [first, ...others] = rules.map(modesOf)
  return first!.filter((mode) => others.every((it) => it.includes(mode)))
}

/** What it would do, as soon as that is known. */
function BeforeLive({id, onClose}: {id: string; onClose: () => void}) {
  const {data: rule} = useQuery(ruleQuery(id))
  return rule ? <Asked rule={rule} onClose={onClose} /> : null
}

function Asked({rule, onClose}: {rule: RuleDefinition; onClose: () => void}) {
  const preview = usePreview(rule.yaml ?? '', rule.id)
  return <GoLiveDialog rule={rule} preview={preview} onClose={onClose} />
}
