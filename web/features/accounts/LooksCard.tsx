import {usePreference} from '../../api/preferences.ts'
import {text} from '../../i18n/text.ts'
import {Card} from '../../ui/Card.tsx'
import {Segmented} from '../../ui/Segmented.tsx'

/** How the pages look to him, on every device. */
export function LooksCard() {
  const [theme, setTheme] = usePreference('theme')
  const [density, setDensity] = usePreference('density')
  const [units, setUnits] = usePreference('units')
  return (
    <Card title={text('account.looks')}>
      <div className="grid gap-3">
        <Line label={text('account.theme')}>
          <Segmented
            label={text('account.theme')}
            value={theme}
            onChange={setTheme}
            options={[
              {value: 'system', label: text('theme.system')},
              {value: 'light', label: text('theme.light')},
              {value: 'dark', label: text('theme.dark')},
            ]}
          />
        </Line>
        <Line label={text('account.density')}>
          <Segmented
            label={text('account.density')}
            value={density}
            onChange={setDensity}
            options={[
              {value: 'compact', label: text('account.density.compact')},
              {value: 'normal', label: text('account.density.normal')},
              {value: 'roomy', label: text('account.density.roomy')},
            ]}
          />
        </Line>
        <Line label={text('account.units')}>
          <Segmented
            label={text('account.units')}
            value={units}
            onChange={setUnits}
            options={[
              {value: 'binary', label: text('account.units.binary')},
              {value: 'decimal', label: text('account.units.decimal')},
            ]}
          />
        </Line>
      </div>
    </Card>
  )
}

function Line({label, children}: {label: string; children: React.ReactNode}) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5">
      <span aria-hidden>{label}</span>
      {children}
    </div>
  )
}
