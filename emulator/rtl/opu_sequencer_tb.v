// Test bench of opu_sequencer: plays runs from a file and writes every edge to another one.
//
//   vvp opu_sequencer.vvp +runs=<file> +edges=<file>
//
// A run in the input file is a list of whole numbers, separated by blanks:
//   L S W D E T Q P V X Nbuf start frames A[0] A[1] ... A[frames - 1]
// with everything in ticks but Nbuf and frames, and A[k] >= 0 in ascending order: the tick on which pattern k is whole in
// pattern RAM. The output has one line an edge, "<name> <tick>", edges of one name in the order of their frames, and after
// each run the line "end <ticks simulated>". A run that does not come to its end writes "hangs".

`timescale 10 ns / 1 ns
`default_nettype none

module opu_sequencer_tb;
  localparam MAXIMUM_FRAMES = 4096;
  localparam [63:0] LONGEST_RUN = 64'd2_000_000;  // ticks after the last arrival

  reg clk = 1'b0;
  reg rst = 1'b1;
  always #0.5 clk = ~clk;

  reg [31:0] L, S, W, D, E, T, Q, P, V, X, start_tick;
  reg [7:0] nbuf;
  reg [15:0] frames;
  reg [31:0] arrival[0:MAXIMUM_FRAMES];

  reg [63:0] tick;
  reg [15:0] written;
  reg playing = 1'b0;
  reg [15:0] sent;

  wire load_start, load_end, reset_pulse, trigger, exposure_start, exposure_end;
  wire readout_start, readout_end, tx_start, tx_end, underrun, stall, running;
  wire [15:0] shown;

  opu_sequencer dut (
      .clk(clk),
      .rst(rst),
      .load_ticks(L),
      .settle_ticks(S),
      .extra_settle_ticks(W),
      .trigger_delay_ticks(D),
      .exposure_ticks(E),
      .transfer_ticks(T),
      .readout_ticks(Q),
      .period_ticks(P),
      .refresh_ticks(V),
      .transmit_ticks(X),
      .buffers(nbuf),
      .start(playing & (tick == {32'd0, start_tick})),
      .written(written),
      .all_written(written == frames),
      .load_start(load_start),
      .load_end(load_end),
      .reset_pulse(reset_pulse),
      .trigger(trigger),
      .exposure_start(exposure_start),
      .exposure_end(exposure_end),
      .readout_start(readout_start),
      .readout_end(readout_end),
      .tx_start(tx_start),
      .tx_end(tx_end),
      .underrun(underrun),
      .stall(stall),
      .running(running),
      .shown(shown)
  );

  integer runs_file, edges_file, read, i;
  reg [8*512-1:0] runs_name, edges_name;

  // Reads the next run; `read` says how many of its first 13 numbers there were.
  task read_run;
    begin
      read = $fscanf(
          runs_file,
          "%d %d %d %d %d %d %d %d %d %d %d %d %d",
          L, S, W, D, E, T, Q, P, V, X, nbuf, start_tick, frames
      );
      if (read == 13) begin
        if (frames == 0 || frames > MAXIMUM_FRAMES) begin
          $display("a run has %0d frames; it must have 1 to %0d", frames, MAXIMUM_FRAMES);
          $finish;
        end
        for (i = 0; i < frames; i = i + 1) begin
          if ($fscanf(runs_file, "%d", arrival[i]) != 1) begin
            $display("a run has fewer arrivals than frames");
            $finish;
          end
        end
        arrival[frames] = 32'hffffffff;
      end
    end
  endtask

  // Patterns that are in RAM on the given tick.
  function [15:0] written_on(input [15:0] from, input [63:0] on);
    reg [15:0] count;
    begin
      count = from;
      while (count < frames && {32'd0, arrival[count]} <= on) count = count + 16'd1;
      written_on = count;
    end
  endfunction

  initial begin
    if (!$value$plusargs("runs=%s", runs_name) || !$value$plusargs("edges=%s", edges_name)) begin
      $display("usage: vvp opu_sequencer.vvp +runs=<file> +edges=<file>");
      $finish;
    end
    runs_file  = $fopen(runs_name, "r");
    edges_file = $fopen(edges_name, "w");
    if (runs_file == 0 || edges_file == 0) begin
      $display("cannot open the files");
      $finish;
    end
  end

  always @(posedge clk) begin
    if (!playing) begin
      // One cycle in reset between two runs; the next cycle is tick 0.
      read_run;
      if (read != 13) begin
        $fclose(edges_file);
        $finish;
      end
      rst     <= 1'b0;
      playing <= 1'b1;
      tick    <= 64'd0;
      sent    <= 16'd0;
      written <= written_on(16'd0, 64'd0);
    end else begin
      if (load_start) $fdisplay(edges_file, "load_start %0d", tick);
      if (load_end) $fdisplay(edges_file, "load_end %0d", tick);
      if (reset_pulse) $fdisplay(edges_file, "reset %0d", tick);
      if (trigger) $fdisplay(edges_file, "trigger %0d", tick);
      if (exposure_start) $fdisplay(edges_file, "exposure_start %0d", tick);
      if (exposure_end) $fdisplay(edges_file, "exposure_end %0d", tick);
      if (readout_start) $fdisplay(edges_file, "readout_start %0d", tick);
      if (readout_end) $fdisplay(edges_file, "readout_end %0d", tick);
      if (tx_start) $fdisplay(edges_file, "tx_start %0d", tick);
      if (tx_end) $fdisplay(edges_file, "tx_end %0d", tick);
      if (underrun) $fdisplay(edges_file, "underrun %0d", tick);
      if (stall) $fdisplay(edges_file, "stall %0d", tick);

      if (tx_end) sent <= sent + 1'b1;
      tick    <= tick + 64'd1;
      written <= written_on(written, tick + 64'd1);

      if (sent == frames || tick > {32'd0, arrival[frames-1]} + LONGEST_RUN) begin
        if (sent != frames) $fdisplay(edges_file, "hangs");
        $fdisplay(edges_file, "end %0d", tick);
        rst     <= 1'b1;
        playing <= 1'b0;
      end
    end
  end
endmodule

`default_nettype wire
