import type {SelectionFigures} from '../../../api/actions.ts'
import {text} from '../../../i18n/text.ts'
import {unitStep} from '../../../ui/format.ts'
import {reasonWords} from '../ability.ts'
import {LimitInput} from './LimitInput.tsx'
import type {LimitName, Limits} from './use-limits.ts'

export function LimitsForm({limits, figures}: {limits: Limits; figures: SelectionFigures | null}) {
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
