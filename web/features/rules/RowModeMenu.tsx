import {useQuery} from '@tanstack/react-query'
import {ChevronDown} from 'lucide-react'
import {useState} from 'react'
import {ruleQuery, switchRule, type ListedRule, type RuleDefinition, type RuleMode} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {useSending} from '../../ui/use-sending.ts'
import {usePreview} from './preview.ts'
import {GoLiveDialog, modesOf} from './RuleHead.tsx'

const dots: Readonly<Record<RuleMode, string>> = {
  off: 'border-[1.5px] border-control',
  simulate: 'border-[1.5px] border-st-checking',
  ask: 'bg-accent',
  live: 'bg-st-seeding',
}

/** Whether the rules of a row act, and the switch for that. @param rules all in the same mode */
export function RowModeMenu({
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
