export * from './multi-region-payment-key';
export * from './payment-key';
export * from './payment-key-algorithm';
export * from './payment-key-check-value-algorithm';
export * from './payment-key-modes-of-use';
export * from './payment-key-provider';
export * from './payment-key-spec';
export * from './payment-key-usage';
