import {useState} from 'react'
import type {SelectionFigures} from '../../../api/actions.ts'
import {text} from '../../../i18n/text.ts'
import {Field} from '../../../ui/Field.tsx'
import {unitStep} from '../../../ui/format.ts'
import {NumberInput} from '../../../ui/NumberInput.tsx'
import {Select} from '../../../ui/Select.tsx'
import {reasonWords} from '../actions.ts'
import type {Wish} from '../run-action.ts'
import type {ActionTarget} from '../target.ts'
import {AbilityNote, ActionDialogFrame, titleOf, useActionForm} from './ActionDialogFrame.tsx'
import {common, mixed, useSelectedFacts, type SelectedFacts, type CommonColumn} from '../selected-facts.ts'
import {lacksValue, limitField, limitSent, type LimitField, type LimitMode} from './dialog-fields.ts'

/** Speeds, and when the server stops them by itself. */
export function LimitsDialog({target}: {target: ActionTarget}) {
  const form = useActionForm(target)
  const facts = useSelectedFacts(target, form.frozen)
  const limits = useLimits(facts)
  return (
    <ActionDialogFrame
      form={form}
      title={titleOf(form, 'set-limits.title', 'set-limits.title.named')}
      submitLabel={text('set-limits.set')}
      disabledReason={limits.reason ?? undefined}
      onSubmit={() => void form.send(limits.wishes)}
    >
      <LimitsForm limits={limits} figures={form.frozen} />
      <AbilityNote figures={form.frozen} verb="setSpeedLimits" />
      <AbilityNote figures={form.frozen} verb="setShareLimits" />
    </ActionDialogFrame>
  )
}

function LimitsForm({limits, figures}: {limits: Limits; figures: SelectionFigures | null}) {
  const speedUnit = unitStep() === 1024 ? 'KiB/s' : 'kB/s'
  const reasonOf = (verb: string) => {
    const ability = figures?.abilities.find((it) => it.verb === verb)
    return figures && ability?.possible === 0 ? reasonWords(ability.reasons, figures) : undefined
  }
  const input = (name: LimitName, unit: string, verb: 'setSpeedLimits' | 'setShareLimits') => (
    <LimitInput
      label={text(`set-limits.${name}`)}
      unit={unit}
      field={limits.fields[name]}
      canInherit={verb === 'setShareLimits'}
      disabledReason={reasonOf(verb)}
      onChange={(field) => limits.change(name, field)}
    />
  )
  return (
    <>
      <fieldset className="grid gap-3">
        <legend className="mb-2 font-bold">{text('set-limits.speed')}</legend>
        {input('down', speedUnit, 'setSpeedLimits')}
        {input('up', speedUnit, 'setSpeedLimits')}
      </fieldset>
      <fieldset className="grid gap-3">
        <legend className="mb-2 font-bold">{text('set-limits.share')}</legend>
        {input('ratio', '', 'setShareLimits')}
        {input('seedingTime', text('unit.minute'), 'setShareLimits')}
        {input('idleTime', text('unit.minute'), 'setShareLimits')}
      </fieldset>
    </>
  )
}

/** None, a number, or as the server has it; "several" as long as the torrents differ and nobody chose. */
function LimitInput({
  label,
  unit,
  field,
  canInherit = false,
  disabledReason,
  onChange,
}: {
  label: string
  unit: string
  field: LimitField
  canInherit?: boolean | undefined
  disabledReason?: string | undefined
  onChange: (field: LimitField) => void
}) {
  const modes: readonly LimitMode[] = [
    ...(field.mode === 'mixed' ? (['mixed'] as const) : []),
    ...(canInherit ? (['inherit'] as const) : []),
    'none',
    'value',
  ]
  return (
    <Field
      label={label}
      hint={disabledReason}
      error={lacksValue(field) ? text('set-limits.number') : undefined}
    >
      {(wiring) => (
        <div className="grid grid-cols-2 gap-2">
          <Select<LimitMode>
            id={wiring.id}
            value={field.mode}
            disabled={disabledReason !== undefined}
            onChange={(mode) => onChange({mode, value: field.value})}
            options={modes.map((mode) => ({value: mode, label: text(`set-limits.${mode}`)}))}
          />
          {field.mode === 'value' && (
            <NumberInput
              aria-label={label}
              id={`${wiring.id}-value`}
              value={field.value}
              min={0}
              unit={unit}
              onChange={(value) => onChange({mode: 'value', value})}
            />
          )}
        </div>
      )}
    </Field>
  )
}

const limitNames = ['down', 'up', 'ratio', 'seedingTime', 'idleTime'] as const
type LimitName = (typeof limitNames)[number]

const columns: Readonly<Record<LimitName, CommonColumn>> = {
  down: 'down_limit',
  up: 'up_limit',
  ratio: 'ratio_limit',
  seedingTime: 'seed_time_limit',
  idleTime: 'idle_limit',
}

interface Limits {
  readonly fields: Readonly<Record<LimitName, LimitField>>
  readonly change: (name: LimitName, field: LimitField) => void
  readonly wishes: readonly Wish[]
  /** Why nothing can be sent yet; `null` = it can. */
  readonly reason: string | null
}

/** Minutes and KiB/s (or kB/s) on screen, seconds and bytes/s on the wire. */
function unitOf(name: LimitName): number {
  if (name === 'ratio') return 1
  return name === 'down' || name === 'up' ? unitStep() : 60
}

function useLimits(facts: SelectedFacts | null): Limits {
  const [changed, setChanged] = useState<Partial<Record<LimitName, LimitField>>>({})
  const before = byName((name) => limitField(facts ? common(facts, columns[name]) : mixed, unitOf(name)))
  const fields = byName((name) => changed[name] ?? before[name])
  const sent = byName((name) => limitSent(fields[name], before[name], unitOf(name)))
  const wishes = wishesFor(sent)
  const isShort = limitNames.some((name) => lacksValue(fields[name]))
  return {
    fields,
    wishes,
    change: (name, field) => setChanged({...changed, [name]: field}),
    reason: isShort ? text('set-limits.number') : wishes.length === 0 ? text('set-limits.unchanged') : null,
  }
}

function byName<T>(of: (name: LimitName) => T): Readonly<Record<LimitName, T>> {
  return Object.fromEntries(limitNames.map((name) => [name, of(name)])) as Record<LimitName, T>
}

function wishesFor({
  down,
  up,
  ratio,
  seedingTime: seeding_time,
  idleTime: idle_time,
}: Readonly<Record<LimitName, unknown>>): Wish[] {
  const speed = given({down, up})
  const share = given({ratio, seeding_time, idle_time})
  return [
    ...(speed ? [{verb: 'setSpeedLimits', args: speed} as const] : []),
    ...(share ? [{verb: 'setShareLimits', args: share} as const] : []),
  ]
}

/** Without what stays; `null` = all of it stays. */
function given(args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
  const kept = Object.entries(args).filter(([, value]) => value !== undefined)
  return kept.length === 0 ? null : Object.fromEntries(kept)
}
