import {
  Anchor,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Notification,
  PasswordInput,
} from '@mantine/core';

/** Deep teal; shade 7 on white and shade 4 on dark pass for text (WCAG 2.2, 1.4.3). */
const ferry: MantineColorsTuple = [
  '#effcf9',
  '#d6f5ee',
  '#aeeadd',
  '#7fdcc9',
  '#4fc7b1',
  '#26a992',
  '#14897a',
  '#0f766e',
  '#115e59',
  '#134e4a',
];

export const theme = createTheme({
  primaryColor: 'ferry',
  primaryShade: { light: 7, dark: 7 },
  colors: { ferry },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }),
    // Without these its eye is for mice only.
    PasswordInput: PasswordInput.extend({
      defaultProps: { visibilityToggleButtonProps: { 'aria-label': 'Show what is typed', tabIndex: 0 } },
    }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
  },
});

/** What the library draws too pale for text of ordinary size (WCAG 2.2, 1.4.3). */
export const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#59626d',
    '--mantine-color-placeholder': '#6b7480',
    '--mantine-color-error': '#b91c1c',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b1ba',
    '--mantine-color-placeholder': '#949da6',
    '--mantine-color-error': '#ff8f8f',
  },
});
