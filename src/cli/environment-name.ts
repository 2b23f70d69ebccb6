/**
 * The variable for a field: `shop/db-login` and `password` make `SHOP_DB_LOGIN_PASSWORD`; the field `value` is not named.
 * `asGiven`: the name is one that somebody chose, and stays as it is.
 */
export function environmentName(name: string, field: string, asGiven = false): string {
  const variable = (text: string): string => text.replaceAll(/[^A-Za-z0-9]/g, '_').toUpperCase();
  const first = asGiven ? name : variable(name);
  return field === 'value' ? first : `${first}_${variable(field)}`;
}
