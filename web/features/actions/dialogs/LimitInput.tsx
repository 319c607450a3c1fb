import {text} from '../../../i18n/text.ts'
import {Field} from '../../../ui/Field.tsx'
import {NumberInput} from '../../../ui/NumberInput.tsx'
import {Select} from '../../../ui/Select.tsx'
import {lacksValue, type LimitField, type LimitMode} from './limit-fields.ts'

/** None, a number, or as the server has it; "several" as long as the torrents differ and nobody chose. */
export function LimitInput({
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
